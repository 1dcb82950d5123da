import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseAxis, planSweep } from '../../../src/node/jobs/plan.js';
import { openFolderStore } from '../../../src/node/jobs/store.js';
import type { Scenario } from '../../../src/sim/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const base: Scenario = { rate: '8Mbit', rtt: '40ms', queue: '1bdp', duration: '1s', flows: [{ algorithm: 'aimd' }] };
const planOf = (axis: string) => planSweep(base, [parseAxis(axis)], 1);

test('the folder of a sweep is gone on with by the same sweep', async () => {
  const folder = join(root, 'same');
  await (await openFolderStore(folder, planOf('rate=4,8Mbit'))).keep(1, [{ run: 1 }]);
  expect([...(await openFolderStore(folder, planOf('rate=4,8Mbit'))).done]).toEqual([[1, [{ run: 1 }]]]);
});

test('the folder of another sweep is refused, and what is in it stays', async () => {
  const folder = join(root, 'other');
  await (await openFolderStore(folder, planOf('rate=4,8Mbit'))).keep(0, [{ run: 0 }]);
  const refusal = { code: 'MOORING_ERR_SWEEP_FOLDER', detail: { folder } };
  await expect(openFolderStore(folder, planOf('rate=4,9Mbit'))).rejects.toMatchObject(refusal);
  expect(existsSync(join(folder, 'runs', '0.json'))).toBe(true);
  // Whose sweep it was cannot be told any more.
  for (const text of ['{"hash": "a', 'null', '{}', '']) {
    writeFileSync(join(folder, 'sweep.json'), text);
    await expect(openFolderStore(folder, planOf('rate=4,8Mbit')), text).rejects.toMatchObject(refusal);
  }
});

test('what is no whole run of this sweep is done again', async () => {
  const folder = join(root, 'corrupt');
  await (await openFolderStore(folder, planOf('rate=4,8Mbit'))).keep(1, [{ run: 1 }]);
  const file = join(folder, 'runs', '0.json');
  for (const text of [
    '{}',
    'null',
    '',
    '[null]',
    '[]',
    '[{}]',
    '[[1]]',
    '[{"run":1}]',
    '[{"run":0',
    '7',
    '[{"run":0},null]',
  ]) {
    writeFileSync(file, text);
    writeFileSync(join(folder, 'runs', '99.json'), '[{"run":99}]');
    expect([...(await openFolderStore(folder, planOf('rate=4,8Mbit'))).done.keys()], text).toEqual([1]);
  }
});
