import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAxis } from '../../../src/node/jobs/axis.js';
import { parseDesign } from '../../../src/node/jobs/design.js';
import { type MergedSweep, readMerge } from '../../../src/node/jobs/merge.js';
import { type PlanOptions, planSweep, type SweepJob, type SweepPlan } from '../../../src/node/jobs/plan.js';
import { type Row, toCsv } from '../../../src/node/jobs/rows.js';
import { openFolderStore } from '../../../src/node/jobs/store.js';
import { runSweep, type SweepWorkers } from '../../../src/node/jobs/sweep.js';
import type { Scenario } from '../../../src/sim/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-merge-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newFolder = (): string => join(mkdtempSync(join(root, 'sweep-')), 'results');

const base: Scenario = { rate: '8Mbit', rtt: '40ms', duration: '1s', flows: [{ algorithm: 'aimd' }] };
const planOf = (axes: readonly string[], repeat = 1, options: PlanOptions = {}, of: Scenario = base): SweepPlan =>
  planSweep(of, axes.map(parseAxis), repeat, options);

/** Rows that follow from the scenario, as those of a run do. */
const rowsOf = ({ scenario }: SweepJob): Row[] =>
  [0, 1].map((flow) => ({
    flow,
    name: `${scenario.rate}`,
    sent: JSON.stringify(scenario).length,
    seed: scenario.seed!,
  }));

/** Does the runs that are `wanted`; the others are not there. */
const doing =
  (wanted: (job: SweepJob) => boolean): SweepWorkers =>
  async (jobs, onOutcome) => {
    for (const job of jobs) if (wanted(job)) await onOutcome(job, { ok: true, result: rowsOf(job) });
  };

async function sweep(plan: SweepPlan, wanted: (job: SweepJob) => boolean = () => true, folder = newFolder()) {
  const store = await openFolderStore(folder, plan);
  const outcome = await runSweep(plan.jobs, store, doing(wanted), {}).finally(() => store.close());
  return { folder, ...outcome };
}

/** Everything in a folder but the lock. */
function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

async function written(merged: MergedSweep) {
  const store = await merged.write();
  return runSweep(
    merged.plan.jobs,
    store,
    doing(() => false),
    {},
  ).finally(() => store.close());
}

const refused = (words: RegExp) => ({ code: 'MOORING_ERR_SWEEP_FOLDER', message: expect.stringMatching(words) });

test('any partition of a sweep into folders is, put together, the folder and the table of the whole', async () => {
  const whole = planOf(['rate=1,2,4,8Mbit', 'alg=reno,cubic'], 2);
  const { folder, rows } = await sweep(whole);
  const content = contentOf(folder);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1 }), { minLength: 16, maxLength: 16 }),
      async (owners) => {
        const parts = await Promise.all(
          [0, 1, 2].map((own) => sweep(whole, ({ index }) => owners[index]!.includes(own))),
        );
        const out = newFolder();
        const merged = await readMerge(
          parts.map((part) => part.folder),
          out,
        );
        const outcome = await written(merged);
        expect([outcome.complete, toCsv(outcome.rows)]).toEqual([true, toCsv(rows)]);
        expect(contentOf(out)).toEqual(content);
      },
    ),
    { numRuns: 6 },
  );
});

test('any partition of the values of an axis, and of its repeats, is the sweep of all', async () => {
  const values = ['1Mbit', '2Mbit', '10Mbit', '100Mbit', '1Gbit'];
  const { folder, rows } = await sweep(planOf([`rate=${values}`, 'queue=1,4bdp'], 3));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 5, maxLength: 5 }), async (owners) => {
      const own = [...new Set(owners)].map((who) => values.filter((_, at) => owners[at] === who));
      const parts = await Promise.all(own.map((some) => sweep(planOf([`rate=${some}`, 'queue=1,4bdp'], 3))));
      const fewer = await sweep(planOf([`rate=${values}`, 'queue=1bdp'], 2));
      const out = newFolder();
      const merged = await readMerge(
        [...parts, fewer].map((part) => part.folder),
        out,
      );
      const outcome = await written(merged);
      expect([outcome.complete, toCsv(outcome.rows)]).toEqual([true, toCsv(rows)]);
      expect(contentOf(out)).toEqual(contentOf(folder));
    }),
    { numRuns: 5 },
  );
});

test('values that do not rise come as they are first met; what no folder has is left to the sweep, which goes on', async () => {
  const a = await sweep(planOf(['alg=reno,aimd', 'rate=4,1Mbit']));
  const b = await sweep(planOf(['alg=cubic', 'rate=2Mbit']));
  const out = newFolder();
  const outcome = await written(await readMerge([a.folder, b.folder], out));
  expect(outcome.complete).toBe(false);
  const all = planOf(['alg=reno,aimd,cubic', 'rate=4,1,2Mbit']);
  const done: number[] = [];
  const again = await sweep(all, ({ index }) => done.push(index) > 0, out);
  expect(done).toEqual([2, 5, 6, 7]);
  expect(again.rows).toEqual((await sweep(all)).rows);
});

test('the folder of the whole may be one of those that are merged, and what it has already counts', async () => {
  const plan = planOf(['rate=1,2,4Mbit']);
  const parts = await Promise.all([0, 1, 2].map((own) => sweep(plan, ({ index }) => index === own)));
  const [first, second, third] = parts.map(({ folder }) => folder) as [string, string, string];
  expect((await written(await readMerge([first, second], first))).complete).toBe(false);
  expect((await written(await readMerge([third], first))).complete).toBe(true);
});

describe('a run that two folders have', () => {
  const plan = planOf(['rate=1,2Mbit']);
  const changed = async (change: (text: string) => string): Promise<string> => {
    const { folder } = await sweep(plan);
    const name = readdirSync(join(folder, 'runs')).sort()[0]!;
    const file = join(folder, 'runs', name);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return folder;
  };

  test('and of which they say different things is told with both values, and nothing is written', async () => {
    const one = await sweep(plan);
    const other = await changed((text) => text.replace(/"sent":\d+/, '"sent":7'));
    const out = newFolder();
    const { contradictions } = await readMerge([one.folder, other], out);
    const name = readdirSync(join(other, 'runs')).sort()[0]!;
    const { run, rows } = JSON.parse(readFileSync(join(one.folder, 'runs', name), 'utf8'));
    expect(contradictions).toEqual([
      {
        ...{ run, column: 'sent' },
        said: [
          { file: join(one.folder, 'runs', name), value: rows[0].sent },
          { file: join(other, 'runs', name), value: 7 },
        ],
      },
    ]);
    expect(existsSync(out)).toBe(false);
  });

  test('with another number of flows is one they contradict each other on', async () => {
    const one = await sweep(plan);
    const other = await changed((text) => JSON.stringify({ ...JSON.parse(text), rows: [JSON.parse(text).rows[0]] }));
    const { contradictions } = await readMerge([one.folder, other], newFolder());
    expect(contradictions).toEqual([expect.objectContaining({ column: 'flow' })]);
  });

  test('and that is whole in one of them only is that one', async () => {
    const one = await sweep(plan);
    const other = await changed((text) => text.slice(0, -5));
    const merged = await readMerge([other, one.folder], newFolder());
    expect(merged.broken).toHaveLength(1);
    expect((await written(merged)).rows).toEqual(one.rows);
  });
});

describe('folders that do not go together are refused in one line', () => {
  const one = async () => (await sweep(planOf(['rate=1,2Mbit']))).folder;
  const algorithm = (text: string): string => {
    const file = join(root, 'mine.mjs');
    writeFileSync(file, `export default class Mine { onReport() { return ${text}; } }`);
    return file;
  };

  test.each<[string, () => SweepPlan, RegExp]>([
    [
      'another base',
      () => planOf(['rate=1Mbit'], 1, {}, { ...base, rtt: '41ms' }),
      /has another base scenario than .*: they are two sweeps/,
    ],
    ['another axis', () => planOf(['rtt=1ms']), /another list of what is varied \(rtt, not rate\)/],
    ['a design', () => planOf(['rate=1,2Mbit'], 1, { design: parseDesign('lhs:4') }), /another --design/],
  ])('%s', async (_, plan, words) => {
    const { folder } = await sweep(plan());
    await expect(readMerge([await one(), folder], newFolder())).rejects.toMatchObject(refused(words));
  });

  test('another algorithm under the same name', async () => {
    const path = algorithm('1');
    const before = await sweep(planOf([`alg=${path}`]));
    algorithm('2');
    const after = await sweep(planOf([`alg=${path}`]));
    await expect(readMerge([before.folder, after.folder], newFolder())).rejects.toMatchObject(
      refused(/another .*mine\.mjs than/),
    );
  });

  test('an algorithm that is not on this machine is known by its hash', async () => {
    const path = algorithm('3');
    const plan = planOf([`alg=${path}`, 'rate=1,2Mbit']);
    const parts = await Promise.all([0, 1].map((own) => sweep(plan, ({ index }) => index === own)));
    rmSync(path);
    const outcome = await written(
      await readMerge(
        parts.map(({ folder }) => folder),
        newFolder(),
      ),
    );
    expect([outcome.complete, outcome.rows.length]).toEqual([true, 4]);
  });

  test.each<[string, (folder: string) => void, RegExp]>([
    ['no folder of a sweep', (folder) => rmSync(join(folder, 'sweep.json')), /has no sweep\.json/],
    [
      'a sweep of another schema',
      (folder) => change(folder, { schema: 99 }),
      /is of schema 99, this reads \d: another version/,
    ],
    [
      'a sweep of another build',
      (folder) => change(folder, { build: '9.9.9-abc' }),
      /another build \(9\.9\.9-abc, not /,
    ],
    ['what another verb made', (folder) => change(folder, { sweep: undefined }), /not made by `mooring sim`/],
    [
      'a text that is no sweep',
      (folder) => change(folder, { sweep: { base: { flows: 7 } } }),
      /sweep\.json that cannot be read/,
    ],
    ['a path without a hash', (folder) => change(folder, { files: { a: 'b' } }), /sweep\.json that cannot be read/],
  ])('%s', async (_, spoil, words) => {
    const folder = await one();
    spoil(folder);
    await expect(readMerge([await one(), folder], newFolder())).rejects.toMatchObject(refused(words));
  });

  test('runs of another schema, and of none', async () => {
    for (const text of ['{"schema":99,"run":{},"rows":[{"flow":0}]}', '[{"flow":0}]']) {
      const folder = await one();
      mkdirSync(join(folder, 'runs'), { recursive: true });
      writeFileSync(join(folder, 'runs', `${'0'.repeat(64)}.json`), text);
      await expect(readMerge([folder], newFolder())).rejects.toMatchObject(
        refused(/has runs of schema (99|1), this reads \d/),
      );
    }
  });
});

function change(folder: string, fields: object): void {
  const file = join(folder, 'sweep.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...fields }));
}
