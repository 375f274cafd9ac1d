import assert from 'node:assert/strict';

import { budgetLines, type BudgetInput } from '../../src/domain/budget.js';

const INPUT: BudgetInput = {
  ping: { intervalMs: 50, deadlineMs: 50, misses: 4 },
  canary: { intervalMs: 50, deadlineMs: 50, misses: 4 },
  holdsOpen: true,
  replicated: true,
  bfdMs: [150],
  remedies: [],
};

const totals = (input: Partial<BudgetInput>): Record<string, number> =>
  Object.fromEntries(
    budgetLines({ ...INPUT, ...input }).map(({ fault, totalMs }) => [fault, totalMs]),
  );

describe('the budget', () => {
  it('adds every stage of every class up', () => {
    for (const line of budgetLines(INPUT)) {
      const { detectMs, decideMs, actMs, verifyMs, totalMs } = line;
      assert.equal(totalMs, detectMs + decideMs + actMs + verifyMs, line.fault);
    }
    assert.deepEqual(totals({}), {
      'relay dead': 465,
      'relay silent': 705,
      'relay hung': 805,
      'media dead': 705,
      'standby unready': 955,
      'daemon deaf': 785,
      'withdraw not sent': 935,
      'host dead': 170,
    });
  });

  it('counts dead media, and a hang until a peer has answered, where there is a canary call', () => {
    const canary = { intervalMs: 50, deadlineMs: 50, misses: 4 };
    assert.equal(totals({ canary })['media dead'], 250 + 455);
    assert.equal(totals({ canary })['relay hung'], 350 + 455);
    const ping = { intervalMs: 100, deadlineMs: 80, misses: 5 };
    assert.equal(totals({ canary, ping })['relay hung'], 580 + 100 + 455);
    assert.equal(totals({ canary, replicated: false })['relay hung'], undefined);
    assert.equal(totals({ canary: undefined })['relay hung'], undefined);
  });

  it('fits into one second with the default settings', () => {
    assert.ok(Object.values(totals({})).every((totalMs) => totalMs <= 1_000));
  });

  it('grows with the pings', () => {
    const ping = { intervalMs: 100, deadlineMs: 80, misses: 5 };
    assert.equal(totals({ ping })['relay silent'], 100 * 5 + 80 + 455);
  });

  it('judges a packet of the canary at the first tick after its deadline, where there is one', () => {
    const canary = { intervalMs: 100, deadlineMs: 50, misses: 2 };
    const alone = totals({ canary, replicated: false });
    assert.equal(alone['media dead'], 2 * 100 + 100 + 455);
    assert.equal(totals({ canary: undefined })['media dead'], undefined);
  });

  it('counts the word of a peer that a demotion may wait for, as far as the misses leave it time', () => {
    const hasty = { intervalMs: 30, deadlineMs: 30, misses: 3 };
    assert.equal(totals({ ping: hasty })['relay silent'], 120 + 70 + 455);
    assert.equal(totals({ canary: hasty })['media dead'], 120 + 70 + 455);
    const once = { ...hasty, misses: 1 };
    assert.equal(totals({ ping: once })['relay silent'], 60 + 100 + 455);
    assert.equal(totals({ ping: once, replicated: false })['relay silent'], 60 + 455);
  });

  it('finds a death by refused pings where no connection is held open', () => {
    assert.equal(totals({ holdsOpen: false })['relay dead'], 2 * 50 + 50 + 455);
    assert.equal(totals({ holdsOpen: false })['daemon deaf'], 2 * 50 + 50 + 775);
  });

  it('counts every stage of an escalation, and fits into one second with all of them', () => {
    const both = totals({ remedies: ['disable-neighbour', 'stop-command'] });
    assert.equal(totals({ remedies: ['disable-neighbour'] })['daemon deaf'], 15 + 420 + 130 + 150);
    assert.equal(both['daemon deaf'], 15 + 420 + 130 + 250 + 150);
    assert.equal(both['withdraw not sent'], both['daemon deaf']);
    assert.ok(Object.values(both).every((totalMs) => totalMs <= 1_000));
  });

  it('has no word on standbys where nothing is replicated', () => {
    assert.equal(totals({ replicated: false })['standby unready'], undefined);
  });

  it('takes the slowest neighbour for the death of the host, and hold time without BFD', () => {
    assert.equal(totals({ bfdMs: [150, 300] })['host dead'], 320);
    assert.equal(totals({ bfdMs: [150, undefined] })['host dead'], 9_020);
    assert.equal(totals({ bfdMs: [] })['host dead'], undefined);
    assert.ok(
      budgetLines({ ...INPUT, bfdMs: [undefined] })
        .at(-1)
        ?.by.includes('no BFD'),
    );
  });

  it('has a line for the VIPs where they are looked for', () => {
    assert.equal(totals({ looksForVips: true })['VIP missing'], 805);
    assert.equal(totals({ looksForVips: true, replicated: false })['VIP missing'], 705);
    assert.equal(totals({ looksForVips: false })['VIP missing'], undefined);
  });
});
