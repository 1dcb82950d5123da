import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packJobs, parseAxis, planSweep } from '../../../src/node/jobs/plan.js';
import { openFolderStore } from '../../../src/node/jobs/store.js';
import type { Scenario } from '../../../src/sim/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const base: Scenario = { rate: '8Mbit', rtt: '40ms', queue: '1bdp', duration: '1s', flows: [{ algorithm: 'aimd' }] };
const planOf = (axis: string) => planSweep(base, [parseAxis(axis)], 1);

const open = async (folder: string, axis: string) => {
  const plan = planOf(axis);
  return openFolderStore(folder, plan, (await packJobs(plan.jobs, 'here')).jobs);
};

test('the folder of a sweep is gone on with by the same sweep', async () => {
  const folder = join(root, 'same');
  await (await open(folder, 'rate=4,8Mbit')).keep(1, [{ flow: 0 }]);
  writeFileSync(join(folder, 'runs', '0.json.part'), '[{');
  expect([...(await open(folder, 'rate=4,8Mbit')).done]).toEqual([[1, [{ flow: 0 }]]]);
});

test('the folder of another sweep is refused, and what is in it stays', async () => {
  const folder = join(root, 'other');
  await (await open(folder, 'rate=4,8Mbit')).keep(0, [{ flow: 0 }]);
  const refusal = { code: 'MOORING_ERR_SWEEP_FOLDER', detail: { folder } };
  await expect(open(folder, 'rate=4,9Mbit')).rejects.toMatchObject(refusal);
  expect(readdirSync(join(folder, 'runs'))).toHaveLength(1);
  // Whose sweep it was cannot be told any more.
  for (const text of ['{"hash": "a', 'null', '{}', '']) {
    writeFileSync(join(folder, 'sweep.json'), text);
    await expect(open(folder, 'rate=4,8Mbit'), text).rejects.toMatchObject(refusal);
  }
});

test('what is no whole run is done again', async () => {
  const folder = join(root, 'corrupt');
  const plan = planOf('rate=4,8Mbit');
  const { jobs } = await packJobs(plan.jobs, 'here');
  await (await openFolderStore(folder, plan, jobs)).keep(1, [{ flow: 0 }]);
  const file = join(folder, 'runs', `${jobs[0]!.key}.json`);
  for (const text of ['{}', 'null', '', '[null]', '[]', '[{}]', '[[1]]', '[{"flow":"0"}]', '[{"flow":0', '7']) {
    writeFileSync(file, text);
    writeFileSync(join(folder, 'runs', '99.json'), '[{"flow":0}]');
    expect([...(await openFolderStore(folder, plan, jobs)).done.keys()], text).toEqual([1]);
  }
  for (const text of ['[{"flow":0},null]', '[{"flow":0,"rttMinUs":[1]}]']) {
    writeFileSync(file, text);
    expect([...(await openFolderStore(folder, plan, jobs)).done.keys()], text).toEqual([1]);
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
