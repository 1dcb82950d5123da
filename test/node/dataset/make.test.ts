import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { type CaptureJob, makeCapture } from '../../../src/node/dataset/index.js';
import { splitPcap } from '../../capture/split.js';
import { transfer, twoCaptures } from '../../capture/two-points.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-make-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shape = { segments: 400, everyUs: 900, delayUs: () => 10_000, lost: new Set([20, 200, 201]), timestamps: true };
const [whole] = twoCaptures(transfer(shape));
const jobOf = (contents: readonly Uint8Array[]): CaptureJob => ({
  files: contents.map((content, index) => {
    const path = join(folder, `${contents.length}.pcap${index}`);
    writeFileSync(path, content);
    return { path, name: 'a.pcap', sizeBytes: content.length, mtimeMs: statSync(path).mtimeMs, sha256: null };
  }),
  identity: { capture: 'a', file: 'a.pcap', files: 1, sizeBytes: whole.length },
  options: {},
});
const tablesOf = async (job: CaptureJob) => {
  const outcome = await makeCapture(job, () => {});
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.result;
};

test.each([2, 3, 70])('%i files of one point give the tables of the whole, to the byte', async (count) => {
  const one = await tablesOf(jobOf([whole]));
  const split = splitPcap(whole, count);
  // Some of them packed, some empty where there are more files than packets.
  const many = await tablesOf(jobOf(split.map((bytes, index) => (index % 3 ? bytes : gzipSync(bytes)))));
  expect(one.tables.flows.rows).toBe(2);
  expect(one.tables.marks.rows).toBeGreaterThan(800);
  for (const [table, { rows, content }] of Object.entries(one.tables))
    expect([table, rows, Buffer.compare(many.tables[table as 'flows'].content!, content!)]).toEqual([table, rows, 0]);
});

test('frames say how far it is; content that is not as asked for is refused', async () => {
  const job = jobOf([whole]);
  const frames: unknown[] = [];
  await makeCapture(job, (frame) => frames.push(frame));
  expect(frames).toContainEqual(expect.objectContaining({ doing: 'write' }));
  const [file] = job.files;
  for (const other of [{ sha256: 'a'.repeat(64) }, { sizeBytes: 1 }, { mtimeMs: 1 }]) {
    const outcome = await makeCapture({ ...job, files: [{ ...file!, ...other }] }, () => {});
    expect(outcome).toMatchObject({ ok: false, error: { code: 'MOORING_ERR_JOBS_CAPTURE' } });
  }
  expect(readFileSync(file!.path)).toHaveLength(whole.length);
});
