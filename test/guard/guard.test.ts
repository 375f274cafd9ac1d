import assert from 'node:assert/strict';

import { Guard } from '../../src/guard/guard.js';
import { waitUntil } from '../support/wait.js';

interface Said {
  readonly level: string;
  readonly event?: string;
  readonly how?: string;
  readonly inARow?: number;
  readonly nextInMs?: number;
  readonly processState?: string;
}

/** Workers of a few lines, as bad as they come. */
const LOADED = (onDeath: string): string =>
  `w({kind:'loaded',node:'relay-a',onDeath:'${onDeath}'});`;
const PRELUDE =
  "const s=new (require('node:net').Socket)({fd:3});" +
  "const w=(m)=>s.write(JSON.stringify(m)+'\\n');" +
  "const beat=()=>setInterval(()=>s.write('beat\\n'),100);";

describe('the guard', function () {
  this.timeout(30_000);
  let said: Said[];
  let guard: Guard | undefined;
  let running: Promise<number> | undefined;

  beforeEach(() => (said = []));
  afterEach(async () => {
    guard?.stop();
    guard?.kill();
    await running;
  });

  it('waits longer after each death in a row, and says when it gives up hope', async () => {
    void start('process.exit(70)');
    await waitUntil('it gives up', () => of('worker-given-up').length === 2, 20_000);
    assert.deepEqual(
      of('worker-died').map(({ nextInMs }) => nextInMs),
      [0, 100, 200, 400, 800, 1_600, 3_200],
    );
    assert.equal(of('worker-died')[0]?.how, 'exit code 70: a fault');
    assert.deepEqual(of('withdraw-failed'), [], 'on-death is hold until a worker says otherwise');
  });

  it('withdraws once, and again only when that failed or a worker has watched since', async () => {
    void start(`${PRELUDE}${LOADED('withdraw')}setTimeout(()=>process.exit(70),20)`);
    await waitUntil('it gives up twice', () => of('worker-given-up').length === 1, 20_000);
    await waitUntil('it tries again', () => of('worker-died').length === 8, 20_000);
    assert.deepEqual([of('withdrawn').length, of('worker-given-up').length], [1, 1]);
  });

  it('says that nothing could be withdrawn, and tries again at the next death', async () => {
    void start(
      `${PRELUDE}${LOADED('withdraw')}setTimeout(()=>process.exit(70),20)`,
      'process.exit(2)',
    );
    await waitUntil('it tries twice', () => of('withdraw-failed').length === 2, 20_000);
    assert.equal(of('withdraw-failed')[0]?.how, 'exit code 2: broken');
  });

  it('kills a worker in an endless loop', async () => {
    void start(`${PRELUDE}w({kind:'watching'});beat();setTimeout(()=>{for(;;);},300)`);
    await waitUntil('it finds the loop', () => of('worker-hung').length === 1, 15_000);
    assert.equal(of('worker-hung')[0]?.processState, 'R');
  });

  it('keeps a worker that beats and never says anything else', async () => {
    void start(`${PRELUDE}w({kind:'watching'});beat();s.write('noise\\n{"kind":1}\\nnull\\n')`);
    await waitUntil('it watches', () => of('worker-watching').length === 1, 15_000);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    assert.deepEqual([of('worker-hung'), of('worker-died')], [[], []]);
  });

  it('ends with the code of a worker that ends for good', async () => {
    assert.equal(await start('process.exit(3)'), 3);
  });

  it('says so when a worker cannot be started at all', async () => {
    guard = new Guard({ ...options(''), workerCommand: () => ['/nowhere/node'] });
    running = guard.run();
    await waitUntil('it says so', () => of('worker-died').length === 2, 5_000);
    assert.match(of('worker-died')[0]?.how ?? '', /ENOENT/);
  });

  function start(worker: string, withdrawal = 'process.exit(0)'): Promise<number> {
    guard = new Guard(options(worker, withdrawal));
    running = guard.run();
    return running;
  }

  function options(worker: string, withdrawal = ''): ConstructorParameters<typeof Guard>[0] {
    const say = (level: string) => (fields: object) => said.push({ level, ...fields });
    return {
      workerCommand: () => [process.execPath, '-e', worker],
      withdrawCommand: [process.execPath, '-e', withdrawal],
      isFinal: (code) => code === 3,
      onWatching: () => undefined,
      explainCode: (code) => ({ 2: 'broken', 70: 'a fault' })[code],
      log: { node: '', info: say('info'), warn: say('warn'), error: say('error') },
    };
  }

  function of(event: string): readonly Said[] {
    return said.filter((line) => line.event === event);
  }
});
