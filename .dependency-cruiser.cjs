// The floors of the house (docs/ARCHITECTURE.md): imports only go down. test/floors/ plants a
// violation of each rule and sees it reported.
const floor = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|test)/', pathNot: allowed },
});

const ADAPTERS = [
  'bgp/bird',
  'bgp/gobgp',
  'bgp/dry-run',
  'relay/ng',
  'relay/hold-open',
  'relay/rtpengine-cli',
  'relay/http',
  'relay/tcp',
  'relay/exec',
  'relay/canary',
  'relay/condition',
  'redis',
  'journal',
  'system',
];

module.exports = {
  forbidden: [
    {
      name: 'every-import-resolves',
      comment: 'An import that the checker cannot resolve is an import that it cannot judge.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-imports-nothing',
      comment: 'The core is pure; not even node: modules.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    floor('async-knows-nothing-of-the-project', '^src/async/', '^src/async/'),
    floor('ng-knows-nothing-of-the-project', '^src/ng/', '^src/(ng|async)/'),
    floor('yaml-knows-nothing-of-the-project', '^src/yaml/', '^src/yaml/'),
    floor('guard-knows-nothing-of-the-project', '^src/guard/', '^src/(guard|async)/'),
    {
      name: 'guard-loads-no-package',
      comment: 'The guard stays small, and nothing that kills a worker may kill it.',
      severity: 'error',
      from: { path: '^src/guard/' },
      to: { dependencyTypes: ['npm'] },
    },
    floor('ports-see-the-domain-only', '^src/ports/', '^src/(ports|domain)/'),
    floor('config-sees-domain-and-yaml', '^src/config/', '^src/(config|domain|yaml)/'),
    floor(
      'adapters-see-floors-below',
      '^src/adapters/',
      '^src/(adapters|ports|config|domain|async|ng)/',
    ),
    ...ADAPTERS.map((each) => ({
      name: `adapter-${each.replace('/', '-')}-knows-no-other`,
      severity: 'error',
      from: { path: `^src/adapters/${each}/` },
      to: { path: `^src/adapters/(${ADAPTERS.join('|')})/`, pathNot: `^src/adapters/${each}/` },
    })),
    floor(
      'runtime-sees-floors-below',
      '^src/runtime/',
      '^src/(runtime|ports|config|domain|async)/',
    ),
    floor('api-sees-floors-below', '^src/api/', '^src/(api|ports|config|domain|async)/'),
    floor('relay-stands-alone', '^src/relay/', '^src/(relay|async|ng|yaml)/'),
    floor('drill-stands-alone', '^src/drill/', '^src/(drill|config|domain|async|ng)/'),
    {
      name: 'only-compose-names-adapters',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '^src/cli/compose[.]ts$' },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'src-does-not-import-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-development-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
