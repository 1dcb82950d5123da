import { expect, test } from 'vitest';
import {
  asctime,
  capturePath,
  captureStamp,
  classicClosing,
  classicCompletion,
  classicErrors,
  classicTotalTimeS,
  hasWord,
  nextBeat,
  parseParameters,
  parseShellParameters,
  runStamp,
  Session,
  wordWrites,
} from '../../src/twine/index.js';
import { inventoryOf, planOf } from './fixtures.js';

test.each([
  [4, 40, 20, 1, 360],
  [1, 20, 300, 1, 480],
  [15, 60, 20, 1, 1380],
  [15, 60, 20, 10, 4485],
  [135, 300, 20, 1, 45_360],
])('retries %i, wait %i, listen %i, iterations %i: Twine logs %i s', (retries, wait, listen, iterations, total) => {
  const parameters = parseParameters({
    experimentRetries: retries,
    waitInterval: wait,
    listenTime: listen,
    maxIterPerRetry: iterations,
  });
  expect(classicTotalTimeS(parameters)).toBe(total);
});

test("Twine's defaults", () => {
  expect(parseParameters({})).toEqual({
    tcpdumpFilter: 'all',
    experimentRetries: 4,
    waitInterval: 40,
    listenTime: 20,
    maxIterPerRetry: 1,
    snaplen: 200,
    onlyUpstream: false,
    enableGro: false,
    mode: 'operator',
  });
});

test('parameters are read from a shell file and nothing in it is run', () => {
  const text =
    '# mine\ntcpdump_filter="icmp or udp"\nexport listen_time=300\nwait_interval=20 # s\nonly_upstream=1\nPATH=$(rm x)\n';
  expect(parseShellParameters(text)).toEqual({
    tcpdumpFilter: 'icmp or udp',
    listenTime: 300,
    waitInterval: 20,
    onlyUpstream: true,
  });
  expect(() => parseShellParameters('listen_time=$(date)')).toThrow(/listen_time/);
  expect(() => parseShellParameters('only_upstream=yes')).toThrow(/0 or 1/);
});

test('moments are named as in a calendar, without colons', () => {
  const us = Date.UTC(2026, 0, 31, 16, 20, 15) * 1000;
  expect(runStamp(us)).toBe('2026-01-31_16-20-15');
  expect(captureStamp(us)).toBe('01_31_2026_16-20-15');
  expect(asctime(us)).toBe('Sat Jan 31 16:20:15 2026');
  expect(capturePath('enp7s0', us, 2)).toBe('packet_trace/enp7s0/pcap_01_31_2026_16-20-15/01_31_2026_16-20-15-2.pcap');
  for (let day = 0; day < 40_000; day += 13) {
    const iso = new Date(day * 86_400_000 + 12_345_678).toISOString();
    expect(runStamp((day * 86_400_000 + 12_345_678) * 1000)).toBe(
      iso.slice(0, 19).replace('T', '_').replaceAll(':', '-'),
    );
  }
});

test('words in shared memory as the original writes and reads them', () => {
  const segment = new Uint8Array(8);
  for (const bytes of wordWrites('start')) segment.set(bytes);
  expect([hasWord(segment, 'start'), hasWord(segment, 'stop')]).toEqual([true, false]);
  segment[5] = nextBeat(255);
  for (const bytes of wordWrites('stop')) segment.set(bytes);
  expect([...segment]).toEqual([...Buffer.from('stop\0'), 1, 0, 0]);
  expect(hasWord(segment.subarray(0, 2), 'stop')).toBe(false);
});

const log = Array.from({ length: 30 }, (_, line) => `line ${line}`);

test('the words of check_completion', () => {
  const text = classicCompletion([
    { site: 'INDI', standing: 'completed', log },
    { site: 'MAX', standing: 'degraded', log },
    { site: 'UTAH', standing: 'interrupted', log },
    { site: 'STAR', standing: 'in progress', log: ['Submitting slice request to backend'] },
    { site: 'DALL', standing: 'abandoned', log: undefined },
  ]);
  expect(text).toBe(
    [
      'INDI MAX UTAH STAR DALL in combined_results',
      'SITE INDI terminated successfully (Last 3 statements below)',
      ...['line 27', 'line 28', 'line 29', ' '],
      'SITE MAX terminated with port reduction successfully',
      ...['line 28', 'line 29'],
      'SITE UTAH FAILED (Last 3 statements below)',
      ...['line 27', 'line 28', 'line 29', ' '],
      // B5: a submission under way is in progress, not failed.
      'SITE STAR IN PROGRESS (Last 3 statements below)',
      ...['Submitting slice request to backend', ' '],
      // B12: a process that is gone is not in progress for ever.
      'SITE DALL FAILED (Last 3 statements below)',
      ' ',
      '1 sites succeeded',
      '1 sites had a graceful_degradation',
      '2 sites FAILED',
      '1 sites IN PROGRESS',
      '',
    ].join('\n'),
  );
});

test('the words of check_errors', () => {
  const text = classicErrors([
    { site: 'INDI', standing: 'completed', log },
    { site: 'UTAH', standing: 'failed', log },
    { site: 'DALL', standing: 'abandoned', log: undefined },
  ]);
  expect(text.split('\n')).toEqual([
    'INDI UTAH DALL in combined_results',
    '**** INDI: No error ****',
    '**** ../UTAH/startup_log.txt has an error ****',
    ...log.slice(-15),
    '**** File ../DALL/startup_log.txt does not exist ****',
    '',
  ]);
});

test('B9: a run that captured nothing does not end like one that did', () => {
  const session = new Session(planOf(inventoryOf(1, 1), { targets: [{ site: 'INDI' }] }));
  const data = session.snapshot();
  const ends = (outcome: 'completed' | 'degraded' | 'interrupted' | 'failed') =>
    classicClosing({ ...data, outcome, fatal: outcome === 'failed' }).join('\n');
  expect(ends('completed')).toContain('Exiting from Traffic Listening Demo INDI');
  for (const outcome of ['degraded', 'interrupted', 'failed'] as const)
    expect(ends(outcome)).not.toContain('Exiting from');
  expect(ends('degraded')).toContain('ports!!!');
  expect(ends('failed')).toMatch(/retries/);
});
