import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseAxis } from '../../../src/node/jobs/axis.js';
import { packJobs, planSweep, type SweepPlan } from '../../../src/node/jobs/plan.js';
import type { Row } from '../../../src/node/jobs/rows.js';
import { openFolderStore } from '../../../src/node/jobs/store.js';
import type { Scenario } from '../../../src/sim/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const base: Scenario = { rate: '8Mbit', rtt: '40ms', queue: '1bdp', duration: '1s', flows: [{ algorithm: 'aimd' }] };
const planOf = (axis: string) => planSweep(base, [parseAxis(axis)], 1);

const open = async (folder: string, axis: string) => {
  const plan = planOf(axis);
  const store = await openFolderStore(folder, plan);
  store.close();
  return { done: store.done, keep: (at: number, rows: Row[]) => store.keep([...plan.jobs][at]!, rows) };
};

const doneIn = async (folder: string, plan: SweepPlan): Promise<number[]> => {
  const store = await openFolderStore(folder, plan);
  store.close();
  return [...store.done.keys()];
};

test('the folder of a sweep is gone on with by the same sweep', async () => {
  const folder = join(root, 'same');
  await (await open(folder, 'rate=4,8Mbit')).keep(1, [{ flow: 0 }]);
  writeFileSync(join(folder, 'runs', '0.json.0123abcd.part'), '[{');
  expect([...(await open(folder, 'rate=4,8Mbit')).done]).toEqual([[1, [{ flow: 0 }]]]);
  expect(readdirSync(join(folder, 'runs')).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('the folder of another sweep is refused, and what is in it stays', async () => {
  const folder = join(root, 'other');
  await (await open(folder, 'rate=4,8Mbit')).keep(0, [{ flow: 0 }]);
  const refusal = { code: 'MOORING_ERR_SWEEP_FOLDER', detail: { folder } };
  await expect(open(folder, 'rate=5,9Mbit')).rejects.toMatchObject(refusal);
  expect(readdirSync(join(folder, 'runs'))).toHaveLength(1);
  // Whose sweep it was cannot be told any more.
  for (const text of ['{"hash": "a', 'null', '{}', '']) {
    writeFileSync(join(folder, 'sweep.json'), text);
    await expect(open(folder, 'rate=4,8Mbit'), text).rejects.toMatchObject(refusal);
  }
});

test('a sweep with more values or repeats has what is there, and computes what is new', async () => {
  const folder = join(root, 'more');
  const first = await open(folder, 'rate=4,8Mbit');
  await first.keep(0, [{ flow: 0 }]);
  await first.keep(1, [{ flow: 1 }]);
  const more = planSweep(base, [parseAxis('rate=8,2,4Mbit')], 2);
  const store = await openFolderStore(folder, more);
  expect([...store.done]).toEqual([
    [0, [{ flow: 1 }]],
    [4, [{ flow: 0 }]],
  ]);
  await store.keep([...more.jobs][1]!, [{ flow: 0 }]);
  store.close();
  // Less than what is there would leave results out.
  await expect(open(folder, 'rate=4,8Mbit')).rejects.toThrow(/holds 1 runs that this sweep does not have/);
});

test('a folder has one writer; who has died is none', async () => {
  const folder = join(root, 'held');
  const plan = planOf('rate=4,8Mbit');
  const store = await openFolderStore(folder, plan);
  await expect(openFolderStore(folder, plan)).rejects.toMatchObject({ code: 'MOORING_ERR_SWEEP_FOLDER' });
  store.close();
  writeFileSync(join(folder, 'sweep.lock'), '{"pid":1,"startTicks":999999999}');
  (await openFolderStore(folder, plan)).close();
});

test('what is no whole run is done again', async () => {
  const folder = join(root, 'corrupt');
  const plan = planOf('rate=4,8Mbit');
  await (await open(folder, 'rate=4,8Mbit')).keep(1, [{ flow: 0 }]);
  const keys: string[] = [];
  for await (const { key } of packJobs('here').keyed(plan.jobs)) keys.push(key);
  const file = join(folder, 'runs', `${keys[0]}.json`);
  for (const text of ['{}', 'null', '', '[null]', '[]', '[{}]', '[[1]]', '[{"flow":"0"}]', '[{"flow":0', '7']) {
    writeFileSync(file, text);
    writeFileSync(join(folder, 'runs', '99.json'), '[{"flow":0}]');
    expect(await doneIn(folder, plan), text).toEqual([1]);
  }
  for (const text of ['[{"flow":0},null]', '[{"flow":0,"rttMinUs":[1]}]']) {
    writeFileSync(file, text);
    expect(await doneIn(folder, plan), text).toEqual([1]);
  }
});

test('a run of an algorithm that was changed since is done again', async () => {
  const folder = join(root, 'changed');
  const algorithm = join(root, 'mine.mjs');
  const axis = `alg=${algorithm},aimd`;
  writeFileSync(algorithm, 'export default class Mine { onReport() { return 1; } }');
  const store = await open(folder, axis);
  await store.keep(0, [{ flow: 0 }]);
  await store.keep(1, [{ flow: 0 }]);
  expect([...(await open(folder, axis)).done.keys()]).toEqual([0, 1]);
  writeFileSync(algorithm, 'export default class Mine { onReport() { return 2; } }');
  expect([...(await open(folder, axis)).done.keys()]).toEqual([1]);
});
