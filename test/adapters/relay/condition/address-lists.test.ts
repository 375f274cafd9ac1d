import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AddressLists } from '../../../../src/adapters/relay/condition/address-lists.js';

describe('the lists of addresses', () => {
  let folder: string;
  let paths: readonly string[];
  let lists: AddressLists;

  const write = (text: string, place = 0): void => writeFileSync(paths[place] ?? '', text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdline-lists-'));
    paths = [join(folder, 'four'), join(folder, 'six')];
    write('10.99.0.1');
    write('fe80::1', 1);
    lists = new AddressLists(paths);
  });
  afterEach(() => {
    lists.close();
    rmSync(folder, { recursive: true });
  });

  it('say the same from the second time on, until one of them changes', () => {
    assert.deepEqual([lists.sayTheSame(), lists.sayTheSame()], [false, true]);
    write('fe80::2', 1);
    assert.deepEqual([lists.sayTheSame(), lists.sayTheSame()], [false, true]);
  });

  it('do not say the same when one has become shorter, longer or empty', () => {
    lists.sayTheSame();
    for (const text of ['10.99.0', '10.99.0.1', '10.99.0.1\n', '']) {
      write(text);
      assert.deepEqual([lists.sayTheSame(), lists.sayTheSame()], [false, true], text);
    }
  });

  it('never say the same when one is not there, or too long to be read ten times a second', () => {
    const lacking = new AddressLists([...paths, join(folder, 'none')]);
    assert.deepEqual([lacking.sayTheSame(), lacking.sayTheSame()], [false, false]);
    lacking.close();
    write('x'.repeat(16_384));
    assert.deepEqual([lists.sayTheSame(), lists.sayTheSame()], [false, false]);
    write('10.99.0.1');
    assert.deepEqual([lists.sayTheSame(), lists.sayTheSame()], [false, false]);
  });

  it('are those of the kernel unless others are named', () => {
    const own = new AddressLists();
    assert.deepEqual([own.sayTheSame(), own.sayTheSame()], [false, true]);
    own.close();
  });
});
