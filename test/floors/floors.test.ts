// The checker is only worth something while it is seen to fail: every rule of the house gets a
// file that breaks it, in a copy of the house, and has to report that file by name.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { temporaryDirectory, within } from '../support/temporary-directory.js';

/** A file that breaks a rule by what it imports. */
interface Plant {
  readonly rule: string;
  readonly file: string;
  readonly imports: string;
}

const PLANTS: readonly Plant[] = [
  { rule: 'every-import-resolves', file: 'src/async/lost.ts', imports: './nowhere.js' },
  { rule: 'no-cycles', file: 'src/async/circle-back.ts', imports: './circle.js' },
  { rule: 'domain-imports-nothing', file: 'src/domain/reader.ts', imports: 'node:fs' },
  { rule: 'domain-imports-nothing', file: 'src/domain/up.ts', imports: '../ports/port.js' },
  {
    rule: 'async-knows-nothing-of-the-project',
    file: 'src/async/up.ts',
    imports: '../domain/rank.js',
  },
  { rule: 'ng-knows-nothing-of-the-project', file: 'src/ng/up.ts', imports: '../domain/rank.js' },
  {
    rule: 'yaml-knows-nothing-of-the-project',
    file: 'src/yaml/up.ts',
    imports: '../config/config.js',
  },
  {
    rule: 'guard-knows-nothing-of-the-project',
    file: 'src/guard/up.ts',
    imports: '../config/config.js',
  },
  { rule: 'guard-loads-no-package', file: 'src/guard/heavy.ts', imports: 'fastify' },
  { rule: 'ports-see-the-domain-only', file: 'src/ports/up.ts', imports: '../config/config.js' },
  { rule: 'config-sees-domain-and-yaml', file: 'src/config/up.ts', imports: '../ports/port.js' },
  {
    rule: 'adapters-see-floors-below',
    file: 'src/adapters/redis/higher.ts',
    imports: '../../runtime/loop.js',
  },
  {
    rule: 'runtime-sees-floors-below',
    file: 'src/runtime/up.ts',
    imports: '../adapters/redis/store.js',
  },
  { rule: 'api-sees-floors-below', file: 'src/api/up.ts', imports: '../runtime/loop.js' },
  { rule: 'relay-stands-alone', file: 'src/relay/up.ts', imports: '../config/config.js' },
  { rule: 'drill-stands-alone', file: 'src/drill/up.ts', imports: '../runtime/loop.js' },
  {
    rule: 'only-compose-names-adapters',
    file: 'src/cli/commands/up.ts',
    imports: '../../adapters/redis/store.js',
  },
  {
    rule: 'src-does-not-import-tests',
    file: 'src/runtime/tested.ts',
    imports: '../../test/thing.js',
  },
  { rule: 'no-development-packages', file: 'src/runtime/mocked.ts', imports: 'sinon' },
  ...[
    ['bgp/bird', '../gobgp/speaker.js'],
    ['bgp/gobgp', '../bird/speaker.js'],
    ['bgp/dry-run', '../bird/speaker.js'],
    ['relay/ng', '../http/probe.js'],
    ['relay/hold-open', '../ng/probe.js'],
    ['relay/rtpengine-cli', '../ng/probe.js'],
    ['relay/http', '../ng/probe.js'],
    ['relay/tcp', '../ng/probe.js'],
    ['relay/exec', '../ng/probe.js'],
    ['relay/canary', '../ng/probe.js'],
    ['relay/condition', '../ng/probe.js'],
    ['redis', '../relay/ng/probe.js'],
    ['journal', '../redis/store.js'],
    ['system', '../redis/store.js'],
  ].map(([adapter = '', imports = '']) => ({
    rule: `adapter-${adapter.replace('/', '-')}-knows-no-other`,
    file: `src/adapters/${adapter}/up.ts`,
    imports,
  })),
];

/** What the plants import, and what is allowed. */
const GROUND: Readonly<Record<string, string>> = {
  'src/async/circle.ts': "import './circle-back.js';\n",
  'src/domain/rank.ts': '',
  'src/ports/port.ts': '',
  'src/config/config.ts': '',
  'src/runtime/loop.ts': '',
  'src/adapters/redis/store.ts': '',
  'src/adapters/bgp/bird/speaker.ts': '',
  'src/adapters/bgp/gobgp/speaker.ts': '',
  'src/adapters/relay/ng/probe.ts': '',
  'src/adapters/relay/http/probe.ts': '',
  'src/cli/compose.ts': "import '../adapters/redis/store.js';\n",
  'test/thing.ts': '',
};

interface Breach {
  readonly from: string;
  readonly rule: { readonly name: string };
}

describe('the floors of the house', () => {
  const house = temporaryDirectory();
  let breaches: readonly Breach[];

  before(async function () {
    this.timeout(60_000);
    build(house);
    breaches = await cruise(house);
  });
  after(() => house.remove());

  for (const { rule, file, imports } of PLANTS) {
    it(`${rule} reports ${file} for importing ${imports}`, () => {
      const found = breaches.filter((breach) => breach.rule.name === rule);
      assert.ok(
        found.some(({ from }) => from === file),
        `reported by this rule: ${found.map(({ from }) => from).join(', ') || 'nothing'}`,
      );
    });
  }

  it('have a plant for every rule', () => {
    const planted = new Set(PLANTS.map(({ rule }) => rule));
    assert.deepEqual(
      ruleNames().filter((name) => !planted.has(name)),
      [],
    );
  });

  it('know every adapter there is', () => {
    const known = ruleNames();
    const adapters = ['bgp', 'relay', '.'].flatMap((family) =>
      subdirectories(join('src/adapters', family)).map((name) => join(family, name)),
    );
    assert.deepEqual(
      adapters
        .filter((adapter) => adapter !== 'bgp' && adapter !== 'relay')
        .filter(
          (adapter) => !known.includes(`adapter-${adapter.replace('/', '-')}-knows-no-other`),
        ),
      [],
    );
  });

  it('let through what is allowed', () => {
    const planted = new Set(PLANTS.map(({ file }) => file));
    assert.deepEqual(
      breaches.filter(({ from }) => !planted.has(from)),
      [],
    );
  });
});

function ruleNames(): readonly string[] {
  const load = createRequire(import.meta.url);
  const { forbidden } = load(join(process.cwd(), '.dependency-cruiser.cjs')) as {
    readonly forbidden: readonly { readonly name: string }[];
  };
  return forbidden.map(({ name }) => name);
}

function subdirectories(path: string): readonly string[] {
  return existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
    : [];
}

function build(house: { readonly path: string }): void {
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    cpSync(name, within(house, name));
  }
  symlinkSync(join(process.cwd(), 'node_modules'), within(house, 'node_modules'));
  const plants = PLANTS.map(({ file, imports }) => [file, `import '${imports}';\n`] as const);
  for (const [file, text] of [...Object.entries(GROUND), ...plants]) {
    mkdirSync(dirname(within(house, file)), { recursive: true });
    writeFileSync(within(house, file), text);
  }
}

/** Breaches make the checker end with their number, which is no fault here. */
async function cruise(house: { readonly path: string }): Promise<readonly Breach[]> {
  const program = join(process.cwd(), 'node_modules/.bin/depcruise');
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'];
  const options = { cwd: house.path, maxBuffer: 16_777_216, timeout: 50_000 };
  const stdout = await promisify(execFile)(program, args, options).then(
    (ended) => ended.stdout,
    (error: unknown) => (error as { stdout: string }).stdout,
  );
  const report = JSON.parse(stdout) as { readonly summary: { readonly violations: Breach[] } };
  return report.summary.violations;
}
