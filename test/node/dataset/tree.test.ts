import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findInTree } from '../../../src/node/dataset/tree.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-tree-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('captures of all folders in order; no hidden folders, no round in links, no folder for a file', () => {
  for (const name of ['b', 'a/deep', '.git', 'x.pcap']) mkdirSync(join(folder, name), { recursive: true });
  for (const name of ['2.pcap', 'a/1.pcapng.gz', 'a/deep/3.cap', 'b/notes.txt', '.git/4.pcap', 'x.pcap/5.pcap'])
    writeFileSync(join(folder, name), '');
  symlinkSync('..', join(folder, 'a/round.pcap'));
  symlinkSync('../2.pcap', join(folder, 'b/link.pcap'));
  symlinkSync('nowhere', join(folder, 'b/broken.pcap'));
  const { paths, errors } = findInTree(folder);
  expect(paths).toEqual(
    ['2.pcap', 'a/1.pcapng.gz', 'a/deep/3.cap', 'b/broken.pcap', 'b/link.pcap', 'x.pcap/5.pcap'].map((name) =>
      join(folder, name),
    ),
  );
  expect(errors).toEqual([]);
});

test('a folder that cannot be read is told', () => {
  expect(findInTree(join(folder, '2.pcap')).errors).toMatchObject([
    { code: 'MOORING_ERR_CAPTURE_UNREADABLE', message: expect.stringMatching(/2\.pcap: ENOTDIR/) },
  ]);
});
