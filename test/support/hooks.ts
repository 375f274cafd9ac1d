// Nothing may outlive a test run: a socket or timer left open keeps mocha from ending, and that is
// meant to be seen. So there is no --exit here.
export const mochaHooks = {};
