// Nothing may outlive a test run: a socket or timer left open keeps mocha from ending, and that is
// meant to be seen. So there is no --exit here.
export const mochaHooks = {};

// The programs that the tests start are not measured: coverage is promised for the core, which is
// tested in this process, and every program would write megabytes of it at its end.
delete process.env['NODE_V8_COVERAGE'];
