import { expect, test } from 'vitest';
import {
  formatTimetable,
  type IntentInput,
  type InventoryInput,
  type NoticeCode,
  planCampaign,
} from '../../src/twine/index.js';
import { inventoryOf, planOf } from './fixtures.js';

/** One port that carries `loadBytesPerSecond` both ways, one NIC. */
const loaded = (loadBytesPerSecond: number, nic = {}) => ({
  sites: [
    {
      name: 'INDI',
      nics: [{ model: 'ConnectX_6', available: 1, ...nic }],
      ports: [{ name: 'HundredGigE0/0/0/0', loadBytesPerSecond }],
    },
  ],
  timing: { setupS: 3, rotationS: 1 },
});
const once = { experimentRetries: 1, listenTime: 20, maxIterPerRetry: 1, snaplen: 200 };

test('a port costs its frames for as long as it is listened to, cut to the snap length, with their record headers', () => {
  // 8000 B/s in frames of 800 bytes are 10 a second; 200 bytes and a header of 16 are kept of each.
  const bytes = (more: Partial<IntentInput>, parameters = {}) =>
    planOf(loaded(8000), { targets: [{ site: 'INDI' }], parameters: { ...once, ...parameters }, ...more }).disk
      .totalBytes;
  expect(bytes({})).toBe(10 * 216 * 20);
  expect(bytes({}, { maxIterPerRetry: 3, experimentRetries: 2 })).toBe(10 * 216 * 20 * 6);
  expect(bytes({}, { snaplen: 0 })).toBe(10 * 816 * 20);
  expect(bytes({}, { snaplen: 9000 })).toBe(10 * 816 * 20);
  expect(bytes({ targets: [{ site: 'INDI', direction: 'rx' }] })).toBe(5 * 216 * 20);
  expect(bytes({ meanFrameBytes: 100 })).toBe(80 * 116 * 20);
});

test('more than the NIC takes does not arrive; a port nobody measured carries a share of its speed', () => {
  const capped = planOf(loaded(1e9, { rateBytesPerSecond: 8000 }), { targets: [{ site: 'INDI' }], parameters: once });
  expect(capped.disk.totalBytes).toBe(10 * 216 * 20);
  const [site] = loaded(0).sites;
  const unmeasured = { sites: [{ ...site!, ports: [{ name: 'HundredGigE0/0/0/0', rateBytesPerSecond: 4e6 }] }] };
  const expected = planOf(unmeasured, { targets: [{ site: 'INDI' }], parameters: once, expectedLoad: 0.01 });
  // 1 % of 4 MB/s, both ways: 100 frames a second.
  expect(expected.disk.totalBytes).toBe(100 * 216 * 20);
});

test('bringing it home takes a second for each 50 MB begun, and one more', () => {
  const gatheringS = (loadBytesPerSecond: number) =>
    planOf(loaded(loadBytesPerSecond), { targets: [{ site: 'INDI' }], parameters: once }).time.gatheringS;
  // 800 MB/s are 4.32 GB kept.
  expect([gatheringS(0), gatheringS(8000), gatheringS(800e6)]).toEqual([1, 2, 88]);
});

test('a rotation longer than the wait before it puts off what follows; a shorter one nothing', () => {
  const plan = (rotationS: number) =>
    planOf(
      { ...inventoryOf(4, 1), timing: { setupS: 3, rotationS } },
      {
        targets: [{ site: 'INDI' }],
        parameters: { experimentRetries: 4, waitInterval: 10, listenTime: 5, maxIterPerRetry: 1 },
        rotationInterval: 30,
      },
    );
  const slow = plan(60);
  expect(slow.windows.map(({ slot, startS }) => [slot, startS])).toEqual([
    [0, 0],
    [0, 15],
    [1, 80],
    [1, 95],
  ]);
  expect(slow.time).toMatchObject({ setupS: 3, captureS: 20, waitS: 30, rotationS: 50 });
  expect(slow.time.totalS).toBe(3 + 20 + 30 + 50 + slow.time.gatheringS);
  const quick = plan(10);
  expect(quick.windows.map(({ startS }) => startS)).toEqual([0, 15, 30, 45]);
  expect(quick.time.rotationS).toBe(0);
});

test('what just fits is taken: host, lease, token, the speed of a destination', () => {
  const [site] = loaded(8000).sites;
  const codes = (
    inventory: InventoryInput,
    intent: Omit<IntentInput, 'targets'> = {},
    direction: 'rx' | 'both' = 'rx',
  ): NoticeCode[] => {
    const targets = [{ site: 'INDI', direction }] as const;
    const result = planCampaign(inventory, { targets: [...targets], parameters: once, ...intent });
    return (result.ok ? result.plan.warnings : [...result.refusals, ...result.warnings]).map(({ code }) => code);
  };
  const total = planOf(loaded(8000), { targets: [{ site: 'INDI' }], parameters: once }).time.totalS;
  expect(codes(loaded(8000), { leaseS: total, tokenS: total })).toEqual([]);
  expect(codes(loaded(8000), { leaseS: total - 0.5 })).toEqual(['lease-too-short']);
  expect(codes(loaded(8000), { tokenS: total - 0.5 })).toEqual(['token-too-short']);
  const host = { sites: [{ ...site!, cores: 2, ramGiB: 8, diskGiB: 100 }] };
  expect(codes(host)).toEqual([]);
  for (const listener of [{ cores: 3 }, { ramGiB: 9 }, { diskGiB: 101 }])
    expect(codes(host, { listener })).toEqual(['no-host']);
  const port = { name: 'HundredGigE0/0/0/0', loadBytesPerSecond: 1, rateBytesPerSecond: 1e9 };
  const into = (rateBytesPerSecond: number) => ({
    sites: [{ ...site!, nics: [{ model: 'ConnectX_6', available: 1, rateBytesPerSecond }], ports: [port] }],
  });
  // Both directions of a port are twice its speed.
  expect(codes(into(2e9), {}, 'both')).toEqual([]);
  expect(codes(into(1.999e9), {}, 'both')).toEqual(['destination-too-slow']);
  expect(codes(into(1e9))).toEqual([]);
});

test('a refusal counts the listeners there are, one or several', () => {
  const refusal = (inventory: InventoryInput, intent: IntentInput) => {
    const result = planCampaign(inventory, intent);
    return result.ok ? [] : result.refusals.map(({ message, hint }) => `${message}; ${hint}`);
  };
  const pinned = (ports: number, nics: number, to: string) =>
    refusal(inventoryOf(ports, nics), {
      targets: [
        {
          site: 'INDI',
          ports: Array.from({ length: ports }, (_, at) => ({
            port: `HundredGigE0/0/0/${at}`,
            ...(at === 0 ? { to } : {}),
          })),
        },
      ],
    });
  expect(pinned(2, 1, 'node0.p2')).toEqual([]);
  expect(pinned(2, 1, 'node1.p1')).toEqual([
    'HundredGigE0/0/0/0 goes to node1.p1, but there is 1 listener; listeners are node0 … node0',
  ]);
  expect(pinned(4, 2, 'node2.p1')).toEqual([
    'HundredGigE0/0/0/0 goes to node2.p1, but there are 2 listeners; listeners are node0 … node1',
  ]);
  const short = (ports: number, nics: number) => {
    const inventory = inventoryOf(ports, nics);
    const sites = inventory.sites.map((site) => ({ ...site, cores: 1 }));
    return refusal({ ...inventory, sites }, { targets: [{ site: 'INDI' }] }).map((text) => text.split(';')[0]);
  };
  expect(short(1, 1)).toEqual(['1 listener wants 2 cores, INDI has 1']);
  expect(short(4, 2)).toEqual(['2 listeners want 4 cores, INDI has 1']);
});

test('the timetable counts ports, listeners and captures, one or several, and says when each slot ends', () => {
  const text = (ports: number, nics: number, maxIterPerRetry: number) => {
    const result = planCampaign(inventoryOf(ports, nics), {
      targets: [{ site: 'INDI' }],
      parameters: { ...once, listenTime: 3000, maxIterPerRetry },
    });
    return result.ok ? formatTimetable(result.plan) : '';
  };
  expect(text(1, 1, 1)).toMatch(/^INDI: 1 port, 1 listener, slice/);
  expect(text(1, 1, 1)).toContain('00:00:00 – 00:50:00  1 capture of\n');
  expect(text(3, 2, 2)).toMatch(/^INDI: 3 ports, 2 listeners, slice/);
  expect(text(3, 2, 2)).toContain('00:00:00 – 01:40:00  2 captures of\n');
});

test('a timetable ends with what to mind, where there is something', () => {
  const text = (rateBytesPerSecond: number) => {
    const result = planCampaign(loaded(8000, { rateBytesPerSecond }), {
      targets: [{ site: 'INDI' }],
      parameters: once,
    });
    return result.ok ? formatTimetable(result.plan) : '';
  };
  expect(text(25e9)).not.toContain('Mind');
  expect(text(12.5e9)).toMatch(
    /\n\nMind\n {2}targets\.0\.ports: more can be mirrored at INDI .* \[destination-too-slow\]\n$/,
  );
});

test('what ends too early is told with both times', () => {
  const result = planCampaign(loaded(8000), { targets: [{ site: 'INDI' }], parameters: once, leaseS: 20, tokenS: 10 });
  expect(result.ok ? [] : result.refusals.map(({ message }) => message)).toEqual([
    'the campaign at INDI takes 25.0 s, 20.0 s are left',
    'the campaign at INDI takes 25.0 s, 10.0 s are left',
  ]);
});

test('a listener has the NIC ports that mirrors may come to, first ports first', () => {
  const nicPorts = (ports: number, nics: number) =>
    planOf(inventoryOf(ports, nics), { targets: [{ site: 'INDI' }] }).listeners.map((listener) => listener.nicPorts);
  expect(nicPorts(3, 2)).toEqual([['p1', 'p2'], ['p1']]);
  expect(nicPorts(4, 2)).toEqual([
    ['p1', 'p2'],
    ['p1', 'p2'],
  ]);
  expect(nicPorts(9, 1)).toEqual([['p1', 'p2']]);
});
