import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { identityOf } from '../../../src/node/process/index.js';
import { entriesUnder, packArchive } from '../../../src/node/twine/archive.js';
import { resumeCampaign } from '../../../src/node/twine/campaign.js';
import { openRun, recordOfName } from '../../../src/node/twine/open-run.js';
import { createPcapCounter } from '../../../src/node/twine/pcap-count.js';
import { writeRefusal } from '../../../src/node/twine/refusal.js';
import { RunFolder } from '../../../src/node/twine/run-folder.js';
import { combineResults, completionText, lastSites, reportSites } from '../../../src/node/twine/utilities.js';
import { type Manifest, Session } from '../../../src/twine/index.js';
import { inventoryOf, manifestOf, planOf } from '../../twine/fixtures.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-twine-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function pcap(lengths: readonly number[], bigEndian = false): Buffer {
  const header = Buffer.alloc(24);
  const put = (buffer: Buffer, value: number, at: number) =>
    bigEndian ? buffer.writeUInt32BE(value, at) : buffer.writeUInt32LE(value, at);
  put(header, 0xa1b2c3d4, 0);
  return Buffer.concat([
    header,
    ...lengths.map((length) => {
      const record = Buffer.alloc(16 + length, 0xff);
      put(record, length, 8);
      return record;
    }),
  ]);
}

test('pcap records are counted whatever the chunks, in both byte orders', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(300), { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 10 }),
      fc.boolean(),
      (lengths, chunks, bigEndian) => {
        const bytes = pcap(lengths, bigEndian);
        const counter = createPcapCounter();
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = chunks[turn % chunks.length]!;
          counter.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(counter.end()).toEqual({ packets: lengths.length, strayBytes: 0 });
      },
    ),
  );
});

test('a file cut at any byte counts its whole records and says it was cut', () => {
  const bytes = pcap([10, 0, 40]);
  const ends = [24, 50, 66, 122];
  for (let length = 24; length <= bytes.length; length += 1) {
    const counter = createPcapCounter();
    counter.push(bytes.subarray(0, length));
    const whole = ends.filter((end) => end <= length).length - 1;
    const { packets, strayBytes } = counter.end();
    expect([length, packets, strayBytes > 0]).toEqual([length, whole, !ends.includes(length)]);
  }
});

test('an archive is what the system tar unpacks, with true checksums', async () => {
  const source = join(root, 'source');
  mkdirSync(join(source, 'deep', 'er'), { recursive: true });
  writeFileSync(join(source, 'deep', 'er', 'a.pcap'), pcap([60, 60]));
  writeFileSync(join(source, 'empty.log'), '');
  const target = join(root, 'a.tgz');
  const { archive, entries } = await packArchive(target, [{ path: 'note.txt', text: 'hi' }, ...entriesUnder(source)]);
  expect(entries.map(({ path, pcap: count }) => [path, count?.packets])).toEqual([
    ['note.txt', undefined],
    ['deep/er/a.pcap', 2],
    ['empty.log', undefined],
  ]);
  expect(archive.sha256).toBe(createHash('sha256').update(readFileSync(target)).digest('hex'));
  const unpacked = join(root, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('tar', ['-xzf', target, '-C', unpacked]);
  for (const { path, sha256 } of entries) {
    expect(
      createHash('sha256')
        .update(readFileSync(join(unpacked, path)))
        .digest('hex'),
    ).toBe(sha256);
  }
});

test('B9: an archive that cannot be written fails, and says so', async () => {
  await expect(packArchive(join(root, 'no', 'such', 'folder.tgz'), [{ path: 'a', text: '' }])).rejects.toThrow(
    /ENOENT/,
  );
  await expect(packArchive(join(root, 'b.tgz'), [{ path: 'gone', file: join(root, 'gone') }])).rejects.toThrow(
    /ENOENT/,
  );
});

function completedRun({ run }: RunFolder): Manifest {
  const session = new Session(planOf(inventoryOf(1, 1), { targets: [{ site: 'INDI' }] })).snapshot();
  return manifestOf({ ...session, outcome: 'completed' }, { run });
}

test('a run is found by its folder, its site, its archive; files are told their port', async () => {
  const workdir = join(root, 'work');
  const folder = RunFolder.create(workdir, 'INDI', Date.UTC(2026, 0, 31, 16, 20, 15) * 1000);
  expect(folder.run).toBe('all_packet_traces_2026-01-31_16-20-15');
  const manifest = completedRun(folder);
  folder.writeManifest(manifest);
  folder.log(['Exiting from x']);
  const listener = join(folder.path, 'INDI_node0_packet_trace.tgz');
  const text = readFileSync(join(folder.path, 'manifest.json'), 'utf8');
  await packArchive(listener, [
    { path: 'manifest.json', text },
    { path: 'packet_trace/enp7s0/pcap_x/x-1.pcap', text: 'x' },
  ]);
  await packArchive(`${folder.path}.tgz`, [
    { path: `${folder.run}/manifest.json`, text },
    { path: `${folder.run}/INDI_node0_packet_trace.tgz`, file: listener },
  ]);
  await folder.publish(`${folder.path}.tgz`);
  for (const path of [
    folder.path,
    join(workdir, 'INDI'),
    join(workdir, 'INDI', 'latest_run'),
    `${folder.path}.tgz`,
    listener,
  ]) {
    const run = await openRun(path);
    expect(run?.manifest).toEqual(manifest);
    for (const name of [
      `${listener}:packet_trace/enp7s0/pcap_x/x-1.pcap`,
      `${folder.path}.tgz:${folder.run}/INDI_node0_packet_trace.tgz:packet_trace/enp7s0/pcap_x/x-1.pcap`,
      `${folder.path}/INDI_node0/packet_trace/enp7s0/pcap_x/x-1.pcap`,
    ]) {
      expect(recordOfName(run!, name)?.source).toBe('HundredGigE0/0/0/0');
    }
    expect(recordOfName(run!, `${listener}:packet_trace/other.pcap`)).toBeUndefined();
  }
  expect(await openRun(join(root, 'a.tgz'))).toBeUndefined();
  expect(await openRun(root)).toBeUndefined();
  expect(await openRun(join(root, 'source', 'empty.log'))).toBeUndefined();
  const cut = join(root, 'cut.tgz');
  writeFileSync(cut, readFileSync(listener).subarray(0, 40));
  expect(await openRun(cut)).toBeUndefined();
});

test('status and combine read the manifests of a WORKDIR', () => {
  const workdir = join(root, 'work');
  const reports = reportSites(workdir, ['INDI', 'MAX']);
  expect(reports.map(({ status, failure }) => status?.standing ?? failure)).toEqual([
    'completed',
    'no run with a manifest',
  ]);
  expect(completionText(workdir, reports)).toContain(
    'SITE INDI terminated successfully (Last 3 statements below)\nExiting from x\n',
  );
  const target = join(root, 'combined');
  const combined = combineResults(workdir, target, reports);
  expect(Object.keys(combined.sites)).toEqual(['INDI']);
  const summary = readFileSync(join(target, 'combined_summary.txt'), 'utf8');
  expect(summary).toMatch(
    /1 sites succeeded\n0 sites had a graceful_degradation\n1 sites FAILED\n0 sites IN PROGRESS\n/,
  );
  expect(summary).toMatch(
    /----- TOTAL COMBINED SIZE --------\n\d+(\.\d)?K\t\.\n---- SITE SPECIFIC SIZE ---------\n\d+(\.\d)?K\tINDI\n$/,
  );
  expect(() => combineResults(workdir, target, reports)).toThrow(/already exists/);
});

test('a refusal is told until there is a run again', () => {
  const workdir = join(root, 'refused');
  const folder = RunFolder.create(workdir, 'INDI', 1e15);
  folder.writeManifest(completedRun(folder));
  expect(reportSites(workdir, ['INDI'])[0]!.status?.standing).toBe('completed');
  writeRefusal(workdir, 'indi', [{ code: 'no-nics', field: 'f', message: 'none free', hint: 'wait' }]);
  expect(reportSites(workdir, ['INDI'])[0]!.failure).toBe('refused: none free');
  expect(readFileSync(join(workdir, 'INDI', 'startup_log.txt'), 'utf8')).toContain('no available ports!!!');
  RunFolder.create(workdir, 'INDI', 3e15);
  expect(reportSites(workdir, ['INDI'])[0]!.status?.standing).toBe('completed');
});

test('a second run of the same second has a folder of its own', () => {
  const us = Date.UTC(2026, 0, 31) * 1000;
  const runs = [1, 2, 3].map(() => RunFolder.create(join(root, 'same'), 'INDI', us).run);
  expect(new Set(runs).size).toBe(3);
});

test('a run that an earlier version left is read, and not gone on with', () => {
  const workdir = join(root, 'old');
  const folder = RunFolder.create(workdir, 'INDI', 1e15);
  const left = { ...completedRun(folder), version: 1 as const };
  folder.writeManifest({ ...left, session: { ...left.session, outcome: null } });
  expect(reportSites(workdir, ['INDI'])[0]!.status?.run).toBe(folder.run);
  expect(() => resumeCampaign(['INDI'], 'close', { workdir })).toThrow(/begun by an earlier version/);
});

test('a run that is not there, has ended or still goes on is not gone on with', () => {
  const workdir = join(root, 'not-gone-on-with');
  const refused = (message: RegExp) =>
    expect(() => resumeCampaign(['INDI'], 'close', { workdir })).toThrow(
      expect.objectContaining({
        code: 'MOORING_ERR_TWINE_RUN',
        message: expect.stringMatching(message),
        detail: { site: 'INDI' },
      }),
    );
  refused(/INDI has no run with a manifest/);
  const folder = RunFolder.create(workdir, 'INDI', 1e15);
  const ended = completedRun(folder);
  folder.writeManifest(ended);
  refused(/the run of INDI has ended/);
  const orchestrator = identityOf(process.pid)!;
  folder.writeManifest({ ...ended, orchestrator, session: { ...ended.session, outcome: null } });
  refused(new RegExp(`carried out by process ${process.pid}$`));
});

test('a folder in which no experiment was run has no last sites', () => {
  const workdir = join(root, 'nothing-run');
  expect(() => lastSites(workdir)).toThrow(
    expect.objectContaining({ code: 'MOORING_ERR_TWINE_RUN', detail: { workdir } }),
  );
});
