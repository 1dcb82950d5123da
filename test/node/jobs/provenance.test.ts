import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import { queryFolder } from '../../../src/node/dataset/index.js';
import { parseAxis } from '../../../src/node/jobs/axis.js';
import { buildOf } from '../../../src/node/jobs/job-key.js';
import { planSweep } from '../../../src/node/jobs/plan.js';
import { sweepProvenance } from '../../../src/node/jobs/provenance.js';
import { toParquet } from '../../../src/node/jobs/rows.js';
import { parseUntil } from '../../../src/node/jobs/until-text.js';
import { parseConstraint } from '../../../src/node/jobs/where.js';
import { seedRanges } from '../../../src/parquet/index.js';
import type { Scenario } from '../../../src/sim/index.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-provenance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const algorithm = join(folder, 'mine.mjs');
writeFileSync(algorithm, 'export default class Mine { onReport() { return 1; } }\n');
const base: Scenario = { rate: '8Mbit', rtt: '40ms', duration: '1s', flows: [{ algorithm: 'aimd' }] };
const plan = planSweep(base, [parseAxis(`alg=${algorithm},reno`), parseAxis('rtt=10,20ms')], 2, {
  where: [parseConstraint('rtt > 5ms')],
});
const rows = [...plan.jobs].map(({ rows: run }) => ({
  ...run,
  flow: 0,
  name: 'é,"',
  fctUs: run['repeat'] === 1 ? null : 7.5,
}));
const bytes = await toParquet(rows, await sweepProvenance(plan, rows));
writeFileSync(join(folder, 'results.parquet'), bytes);

/** What a file says of itself. */
function saidBy(file: Uint8Array): Record<string, string | undefined> {
  const { key_value_metadata: entries } = parquetMetadata(new Uint8Array(file).buffer);
  return Object.fromEntries((entries ?? []).map(({ key, value }) => [key, value]));
}

test('a file of rows says what made it: command, version, build, seeds, and the hash of each algorithm', () => {
  const said = saidBy(bytes);
  const [path, hash] = Object.entries(JSON.parse(said['mooring.sources']!))[0]!;
  expect(path).toBe(algorithm);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(said).toEqual({
    'mooring.schema': 'results/1',
    'mooring.command': `mooring sim scenario.json --sweep alg=${algorithm},reno --sweep rtt=10ms,20ms --where 'rtt > 5ms' --repeat 2`,
    'mooring.version': buildOf().replace(/-\w{12}$/, ''),
    'mooring.build': buildOf(),
    'mooring.seeds': '[[1,2]]',
    'mooring.sources': JSON.stringify({ [algorithm]: hash }),
    'mooring.scenario': JSON.stringify(base),
  });
});

test('an algorithm that was changed has another hash', async () => {
  const before = (await sweepProvenance(plan, rows)).sources![algorithm];
  const other = join(folder, 'other.mjs');
  writeFileSync(other, 'export default class Mine { onReport() { return 2; } }\n');
  const { sources } = await sweepProvenance(planSweep(base, [parseAxis(`alg=${other}`)], 1), rows);
  expect(sources![other]).not.toBe(before);
  // One file without imports may be known by its own text; that is a bundler's business, that it is SHA-256 ours.
  expect(sources![other]).toHaveLength(createHash('sha256').digest('hex').length);
});

test('the command of a design and of a stopping rule gives the same rows when it is read again', async () => {
  const axes = [parseAxis('rate=1..20Mbit:log')];
  const drawn = planSweep(base, axes, 6, { design: { kind: 'sobol', points: 4, seed: 7 } });
  const { command } = await sweepProvenance(drawn, [], { until: parseUntil('ci=5%,of=rttP95,max=6') });
  expect(command).toBe(
    'mooring sim scenario.json --sweep rate=1..20Mbit:log --design sobol:4:7 --until ci=5%,of=rttP95,min=5,max=6',
  );
});

test('the same rows are read by hyparquet and by DuckDB', async () => {
  const compressors = { GZIP: (page: Uint8Array) => gunzipSync(page) };
  expect(await parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors })).toEqual(rows);
  const { rows: read, close } = await queryFolder(folder, 'SELECT * FROM results ORDER BY run');
  try {
    const all: unknown[] = [];
    for await (const row of read()) all.push(row);
    expect(all).toEqual(rows);
  } finally {
    close();
  }
});

test('seeds are told as ranges', () => {
  expect(seedRanges([3, 1, 2, 2, 9, 7, 8, 20])).toEqual([
    [1, 3],
    [7, 9],
    [20, 20],
  ]);
  expect(seedRanges([])).toEqual([]);
});
