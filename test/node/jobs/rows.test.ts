import { gunzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { resultRows, toCsv, toParquet } from '../../../src/node/jobs/rows.js';
import { simulate } from '../../../src/sim/index.js';

test('a statistic of nothing is an empty cell in CSV and null in Parquet', async () => {
  const result = simulate({ rtt: '40ms', flows: [{ algorithm: 'builtin:reno', start: '990ms' }], duration: '1s' });
  const rows = resultRows({ run: 1 }, result);
  const nothing = { rttMinUs: null, rttMeanUs: null, runRttP95Us: null, runJain: null };
  expect(rows[0]).toMatchObject(nothing);
  const [names, cells] = toCsv(rows)
    .split('\n')
    .map((line) => line.split(','));
  expect(Object.keys(nothing).map((name) => cells?.[names?.indexOf(name) ?? -1])).toEqual(['', '', '', '']);
  const bytes = await toParquet(rows, { schema: 'results/1' });
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  expect((await parquetReadObjects({ file, compressors: { GZIP: (bytes) => gunzipSync(bytes) } }))[0]).toMatchObject(
    nothing,
  );
});
