import { expect, test } from 'vitest';
import { isCaptureName, joinFiles } from '../../src/dataset/index.js';

test.each([
  ['tcpdump -C', ['x/a.pcap', 'x/a.pcap1', 'x/a.pcap2', 'x/a.pcap10'], 'x/a.pcap'],
  ['tcpdump -C -W', ['x/a.pcap08', 'x/a.pcap09', 'x/a.pcap10'], 'x/a.pcap'],
  ['tcpdump -z gzip, of which the last is not packed yet', ['a.pcap0.gz', 'a.pcap1.gz', 'a.pcap2'], 'a.pcap'],
  ['dumpcap -b', ['a_00001_20261122180520.pcapng', 'a_00002_20261122180611.pcapng'], 'a.pcapng'],
])('%s: one capture, in the order of the numbers', (_, paths, stem) => {
  expect(joinFiles([...paths].reverse(), 'rotated')).toEqual([{ stem, paths }]);
  expect(joinFiles(paths, 'none').map(({ stem: own }) => own)).toEqual(paths);
});

test.each([
  ['numbers before the end of the name', ['run1.pcap', 'run2.pcap']],
  ['a folder between', ['x/a.pcap0', 'y/a.pcap1']],
  ['another kind', ['a.pcap0', 'a.pcapng1']],
  ['dates alone', ['a_20261122180520.pcap', 'a_20261122180611.pcap']],
])('%s: captures of their own', (_, paths) => {
  expect(joinFiles(paths, 'rotated').map((point) => point.paths)).toEqual(paths.map((path) => [path]));
});

test('a packed file beside what it was made of is a capture of its own, whichever comes first', () => {
  for (const paths of [
    ['a.pcap', 'a.pcap.gz', 'a.pcap1'],
    ['a.pcap.gz', 'a.pcap1', 'a.pcap'],
  ]) {
    const points = joinFiles(paths, 'rotated').sort((x, y) => x.stem.length - y.stem.length);
    expect(points).toEqual([
      { stem: 'a.pcap', paths: ['a.pcap', 'a.pcap1'] },
      { stem: 'a.pcap.gz', paths: ['a.pcap.gz'] },
    ]);
  }
});

test('a capture has its name however many files it has yet; a path twice is one file', () => {
  expect(joinFiles(['a.pcap3'], 'rotated')[0]!.stem).toBe('a.pcap');
  expect(joinFiles(['a.pcap', 'a.pcap'], 'rotated')).toEqual([{ stem: 'a.pcap', paths: ['a.pcap'] }]);
});

test('of a folder all are one', () => {
  expect(joinFiles(['x/b.pcap', 'y/c.pcap', 'x/a.pcap'], 'folder')).toEqual([
    { stem: 'x', paths: ['x/a.pcap', 'x/b.pcap'] },
    { stem: 'y', paths: ['y/c.pcap'] },
  ]);
});

test.each(['a.pcap', 'a.PCAP', 'a.pcapng.zst', 'a.cap', 'a.pcap12.gz', 'a.dmp'])(
  '%s is taken for a capture',
  (name) => {
    expect(isCaptureName(name)).toBe(true);
  },
);

test.each(['a.txt', 'pcap', 'a.pcap.txt', 'a.tgz', 'a.pcap.part', 'a.parquet', 'a.gz'])('%s is not', (name) => {
  expect(isCaptureName(name)).toBe(false);
});
