import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MooringError } from '../../src/base/index.js';
import {
  accountLoss,
  captureOfFile,
  formatLoss,
  formatManifest,
  type Manifest,
  parseManifest,
  Session,
  siteStatus,
} from '../../src/twine/index.js';
import { inventoryOf, manifestOf, planOf } from './fixtures.js';

const counters = {
  mirroredPackets: 107_157,
  destinationDroppedPackets: 80_868,
  nicReceivedPackets: 26_289,
  ringDroppedPackets: 0,
  filteredPackets: 0,
  filePackets: 26_289,
};

function manifest(): Manifest {
  const session = new Session(planOf(inventoryOf(1, 1), { targets: [{ site: 'INDI' }] }));
  session.handle({ kind: 'begin' }, 0);
  return manifestOf(session.snapshot(), {}, { counters });
}

test('a manifest survives its text, and tells which port a file saw', () => {
  const read = parseManifest(formatManifest(manifest()));
  expect(read).toEqual(manifest());
  expect(captureOfFile(read, 'INDI_node0', 'packet_trace/enp7s0/pcap_x/x-1.pcap')?.source).toBe('HundredGigE0/0/0/0');
  expect(captureOfFile(read, 'INDI_node1', 'packet_trace/enp7s0/pcap_x/x-1.pcap')).toBeUndefined();
});

test('cut at any byte, or any JSON at all: a manifest or the declared error', () => {
  const text = formatManifest(manifest());
  const onlyDeclared = (given: string): void => {
    try {
      parseManifest(given);
    } catch (error) {
      expect(error).toBeInstanceOf(MooringError);
      expect((error as MooringError).code).toBe('MOORING_ERR_TWINE_MANIFEST');
    }
  };
  for (let length = 0; length < text.length; length += 7) onlyDeclared(text.slice(0, length));
  fc.assert(fc.property(fc.json(), (json) => onlyDeclared(json)));
});

test('a run folder cannot be named out of its place', () => {
  expect(() => parseManifest(JSON.stringify({ ...manifest(), run: '../../etc' }))).toThrow(/run/);
});

test('B10: what is lost at the mirror is counted although the capture tool says 0', () => {
  const report = accountLoss([counters]);
  expect(report).toMatchObject({
    lostPackets: 80_868,
    unexplainedAtMirrorPackets: 0,
    unexplainedAtCapturePackets: 0,
  });
  expect(formatLoss(report)).toBe(
    "80868 of 107157 mirrored frames lost (75.5 %): 80868 dropped at the mirror's destination",
  );
  expect(formatLoss(accountLoss([]))).toBeUndefined();
});

test('a run whose process is gone is not in progress', () => {
  expect(siteStatus(manifest(), true).standing).toBe('in progress');
  expect(siteStatus(manifest(), false).standing).toBe('abandoned');
});

test('a manifest of the first version is read as it is', () => {
  const old = { ...manifest(), version: 1 };
  expect(parseManifest(JSON.stringify(old))).toEqual(old);
  expect(() => parseManifest(JSON.stringify({ ...old, version: 3 }))).toThrow(/version/);
});

test('what a newer writer adds does not keep an older reader from reading', () => {
  const more = { ...manifest(), added: 1, captures: [{ ...manifest().captures[0], added: 1 }] };
  expect(parseManifest(JSON.stringify(more))).toEqual(manifest());
});

test('known numbers are told beside unknown ones', () => {
  const ring = { ...counters, nicReceivedPackets: 26_290, ringDroppedPackets: 1 };
  expect(formatLoss(accountLoss([{ ...ring, destinationDroppedPackets: null }]))).toBe(
    "loss as far as it was counted: 1 dropped by the capture ring; not counted on this testbed: drops at the mirror's destination",
  );
  // One capture that does not know makes a sum that does not know.
  expect(accountLoss([ring, { ...ring, mirroredPackets: null }])).toMatchObject({
    mirroredPackets: null,
    nicReceivedPackets: 52_580,
    lostPackets: 2 * (80_868 + 1),
    lostShare: null,
    unexplainedAtMirrorPackets: null,
    unexplainedAtCapturePackets: 0,
  });
});

test('a loss headline agrees with itself: what is unexplained is lost, and no count is below 0', () => {
  const full = {
    mirroredPackets: 15861,
    destinationDroppedPackets: 0,
    nicReceivedPackets: 15861,
    ringDroppedPackets: 0,
    filteredPackets: 0,
    filePackets: 14564,
  };
  expect(formatLoss(accountLoss([full]))).toBe(
    '1297 of 15861 mirrored frames lost (8.2 %): 1297 unexplained between NIC and file',
  );
  // The listener went, and its NIC's counter with it.
  const gone = { ...full, mirroredPackets: 69, nicReceivedPackets: 0, filePackets: 68 };
  const report = accountLoss([gone]);
  expect(report).toMatchObject({
    lostPackets: 1,
    unexplainedAtMirrorPackets: 1,
    unexplainedAtCapturePackets: 0,
    brokenCounts: 1,
  });
  expect(formatLoss(report)).toBe(
    '1 of 69 mirrored frames lost (1.4 %): 1 unexplained between mirror and NIC; counters of 1 capture were lost with a listener or switch',
  );
  // What one capture has too much does not hide what another has too little.
  expect(accountLoss([full, gone]).lostPackets).toBe(1298);
});

test('status of a run in progress: the ports that are captured now, and how long it still takes', () => {
  const session = new Session(
    planOf(inventoryOf(1, 1), {
      targets: [{ site: 'INDI' }],
      parameters: { experimentRetries: 2, listenTime: 20, waitInterval: 40 },
    }),
  );
  const data = session.snapshot();
  const [mirror] = data.plan.slots[0]!.mirrors;
  const manifest = manifestOf(
    { ...data, state: 'sampling', outcome: null },
    {
      events: [{ atUs: 100e6, kind: 'captureStarted' }],
      underway: [
        {
          mirror: mirror!.name,
          window: 0,
          slot: 0,
          file: 'a.pcap',
          logs: 'a',
          startUs: 100e6,
          process: { pid: 1, startTicks: 1 },
          base: { mirroredPackets: 0, destinationDroppedPackets: 0, nicReceivedPackets: 0 },
        },
      ],
    },
  );
  const { now, standing } = siteStatus(manifest, true, 110e6);
  expect([standing, now]).toEqual([
    'in progress',
    { ports: ['HundredGigE0/0/0/0 (both)'], leftS: 70 + data.plan.time.gatheringS },
  ]);
  expect(siteStatus(manifest, false, 110e6)).toMatchObject({ standing: 'abandoned', now: undefined });
});
