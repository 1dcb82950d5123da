import { expect, test } from 'vitest';
import { captureKey, captureKind, readQueuedCapture } from '../../../src/node/dataset/queued-capture.js';

const hash = 'a'.repeat(64);
const file = { below: 'x/a.pcap', name: '/data/x/a.pcap', sizeBytes: 24, mtimeMs: 1, sha256: hash };
const asked = {
  files: [file],
  identity: { capture: 'a', file: '/data/x/a.pcap', files: 1, sizeBytes: 24 },
  options: { top: 3, filter: { hosts: ['10.0.0.0/8'], ports: [443] } },
};

test('what was asked for is read as it was', () => {
  expect(readQueuedCapture(JSON.parse(JSON.stringify(asked)))).toEqual(asked);
});

const refused: ReadonlyArray<readonly [string, unknown]> = [
  ['nothing', null],
  ['no files', { ...asked, files: [] }],
  ...['/etc/passwd', '../a.pcap', 'x/../../a.pcap', 'x//a.pcap', './a.pcap', '', 'x\\..\\a.pcap', 'a\0.pcap', 7].map(
    (below) => [`a way out: ${below}`, { ...asked, files: [file, { ...file, below }] }] as const,
  ),
  ['no hash', { ...asked, files: [{ ...file, sha256: 'x' }] }],
  ['no size', { ...asked, files: [{ ...file, sizeBytes: -1 }] }],
  ['no name', { ...asked, identity: {} }],
  ['all of the memory', { ...asked, options: { maxMarks: 1e12 } }],
  ['too many passes', { ...asked, options: { top: 1e9 } }],
  ['no time', { ...asked, options: { filter: { fromUs: 'x' } } }],
  ['no network', { ...asked, options: { filter: { hosts: ['x'] } } }],
  ['what nobody knows', { ...asked, options: { entry: 'file:///x.js' } }],
];
test.each(refused)('%s is refused', (_, value) => {
  expect(readQueuedCapture(value)).toMatchObject({ code: 'MOORING_ERR_JOBS_UNTRUSTED' });
});

test('its key is of what it holds, is called and is asked for; not of where a worker has it, nor of times', () => {
  const key = captureKey(asked, 'b');
  expect(captureKey({ ...asked, files: [{ ...file, below: 'y', mtimeMs: 2 }] }, 'b')).toBe(key);
  for (const other of [
    captureKey({ ...asked, files: [{ ...file, sha256: 'b'.repeat(64) }] }, 'b'),
    captureKey({ ...asked, identity: { ...asked.identity, capture: 'other' } }, 'b'),
    captureKey({ ...asked, options: {} }, 'b'),
    captureKey(asked, 'c'),
  ])
    expect(other).not.toBe(key);
});

test.each([[null], [{}], [{ tables: {}, warnings: [], kept: { where: 'queue', sha256: hash } }], [{ kept: null }]])(
  '%j is no result',
  (value) => {
    expect(captureKind().isResult(value)).toBe(false);
  },
);
