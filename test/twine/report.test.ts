import { expect, test } from 'vitest';
import { campaignReport, type Manifest, type PortTraffic, reportPage, Session } from '../../src/twine/index.js';
import { inventoryOf, manifestOf, planOf } from './fixtures.js';

const S = 1e6;
const counters = {
  mirroredPackets: 1000,
  destinationDroppedPackets: 100,
  nicReceivedPackets: 900,
  ringDroppedPackets: 50,
  filteredPackets: 10,
  filePackets: 840,
};

/** Two ports of three had a turn, with a rotation between. */
function rotated(site = 'INDI'): Manifest {
  const plan = planOf(inventoryOf(3, 1), {
    targets: [{ site: 'INDI', maxNicPorts: 1 }],
    parameters: { experimentRetries: 2 },
  });
  const session = {
    ...new Session(plan).snapshot(),
    outcome: 'completed' as const,
    state: 'closed' as const,
    window: 2,
  };
  const one = manifestOf(session, { site, createdUs: 5 * S }, { startUs: 10 * S, endUs: 12 * S, counters });
  const [capture] = one.captures;
  const events = [
    { atUs: 9 * S, kind: 'captureStarted', state: 'sampling' },
    { atUs: 12 * S, kind: 'captureFinished', state: 'rotating' },
    { atUs: 13 * S, kind: 'mirrored', state: 'rotating' },
    { atUs: 15 * S, kind: 'mirrored', state: 'sampling' },
    { atUs: 20 * S, kind: 'released', state: 'closed' },
  ];
  const { counters: _, ...rest } = capture!;
  const second = {
    ...rest,
    source: 'HundredGigE0/0/0/1',
    window: 1,
    slot: 1,
    startUs: 15 * S,
    endUs: 17 * S,
    status: 'partial' as const,
    reason: '<i>cut</i>',
  };
  return { ...one, events, captures: [capture!, second] };
}

const traffic: PortTraffic = {
  packets: 840,
  bytes: 84_000,
  talkers: [{ address: '10.0.0.1', packets: 840, bytes: 84_000 }],
  flows: [{ protocol: 'UDP', from: '10.0.0.1:1', to: '10.0.0.2:2', packets: 840, bytes: 84_000 }],
  flowsInAll: 1,
  foldedPackets: 0,
};

test('a report says per port when it was captured and what became of its frames, ports without a turn included', () => {
  const { sites, loss } = campaignReport([{ manifest: rotated() }]);
  const [site] = sites;
  expect(site!.ports.map(({ port, windows, capturedS }) => [port, windows.length, capturedS])).toEqual([
    ['HundredGigE0/0/0/0', 1, 2],
    ['HundredGigE0/0/0/1', 1, 2],
    ['HundredGigE0/0/0/2', 0, 0],
  ]);
  expect(site!.rotations).toEqual([{ startUs: 12 * S, endUs: 15 * S }]);
  expect([site!.beganUs, site!.endedUs]).toEqual([5 * S, 20 * S]);
  expect(site!.ports[0]!.windows[0]!.loss).toMatchObject({ lostPackets: 150, filePackets: 840 });
  // Not counted is not 0.
  expect(site!.ports[1]!.windows[0]!.loss).toBeUndefined();
  expect(loss.lostPackets).toBe(150);
  expect(JSON.parse(JSON.stringify(sites))).toHaveLength(1);
});

test('what ports counted is told where a testbed says it, with the time it is of, and is else no column', () => {
  const manifest = rotated();
  const portOctets = { in: { octets: 4_500_000, fromUs: 0, toUs: 60 * S }, out: null };
  const [first, second] = manifest.captures;
  const counted = campaignReport([{ manifest: { ...manifest, captures: [{ ...first!, portOctets }, second!] } }]);
  expect(counted.sites[0]!.ports[0]!.windows[0]!.portOctets).toEqual(portOctets);
  const page = reportPage(counted);
  expect(page).toContain('<th>port counted in</th><th>port counted out</th>');
  expect(page).toContain('<td>4.29 MiB in 60.0 s</td><td>?</td>');
  expect(reportPage(campaignReport([{ manifest }]))).not.toContain('port counted');
});

test('a part of a capture without its mirror is a gap: no time of capture, drawn and said', () => {
  const manifest = rotated();
  const [first, second] = manifest.captures;
  const mirrorStates = [
    { fromUs: 10 * S, state: 'Active' },
    { fromUs: 11 * S, state: 'Failed<' },
    { fromUs: 11.5 * S, state: 'Active' },
  ];
  const report = campaignReport([{ manifest: { ...manifest, captures: [{ ...first!, mirrorStates }, second!] } }]);
  const [port] = report.sites[0]!.ports;
  expect(port!.capturedS).toBe(1.5);
  expect(port!.windows[0]!.gaps).toEqual([{ startUs: 11 * S, endUs: 11.5 * S, state: 'Failed<' }]);
  const page = reportPage(report);
  expect(page).toMatch(/<rect class="gap"[^>]*><title>mirror Failed&lt; for 500 ms: no frames/);
  expect(page).toContain('complete, no mirror for 500 ms');
});

test('two runs of one site are one site; what its testbed cannot count has no column', () => {
  const manifest = rotated();
  const [first] = manifest.captures;
  const unknown = { mirroredPackets: null, destinationDroppedPackets: null, nicReceivedPackets: null };
  const captures = [{ ...first!, counters: { ...first!.counters!, ...unknown } }];
  const page = reportPage(
    campaignReport([{ manifest: { ...manifest, captures } }, { manifest: { ...manifest, captures } }]),
  );
  expect(page).toContain('<h1>Capture campaign: INDI</h1>');
  expect(page).toContain('<b>2</b><span>runs at 1 site</span>');
  expect(page).toContain('<th>in the file</th><th>filtered</th><th>dropped by the ring</th><th></th>');
  expect(page).not.toContain('<th>mirrored</th>');
  expect(page).toContain('not counted on this testbed: mirrored frames');
});

test('a page needs nothing else, holds all sites, and what comes from outside is text in it', () => {
  const hostile = '"><script>alert(1)</script>';
  const talker = { ...traffic, talkers: [{ address: hostile, packets: 1, bytes: 1 }] };
  const page = reportPage(
    campaignReport([
      {
        manifest: rotated(),
        traffic: {
          ports: { 'HundredGigE0/0/0/0': talker },
          echoes: [{ from: hostile, to: 'b', requests: 3, replies: 2 }],
          warnings: [hostile],
        },
      },
      { manifest: { ...rotated('MAX'), leftovers: [hostile] } },
    ]),
  );
  expect(page).not.toMatch(/<script|<link|<img|https?:|<i>cut/);
  for (const part of [
    'INDI',
    'MAX',
    '10.0.0.1:1',
    'had no turn: HundredGigE0/0/0/2',
    'Mirrors were changed 1 times, 3.00 s in all',
  ]) {
    expect(page).toContain(part);
  }
  // 840 in the file, 10 filtered, 50 by the ring, 100 at the mirror: of 1000.
  expect(page).toContain('<i class="file" style="width:84.00%"');
  expect(page).toContain('<i class="mirror" style="width:10.00%"');
  expect(page.match(/<rect class="window complete/g)).toHaveLength(2);
  expect(page.match(/<rect class="band"/g)).toHaveLength(2);
});

test('a run that captured nothing has a page too', () => {
  const page = reportPage(campaignReport([{ manifest: { ...rotated(), captures: [], events: [] } }]));
  expect(page).toContain('No window was captured.');
  expect(reportPage(campaignReport([]))).toContain('no site');
});
