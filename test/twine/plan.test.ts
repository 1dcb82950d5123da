import { expect, test } from 'vitest';
import { MooringError } from '../../src/base/index.js';
import {
  formatTimetable,
  type IntentInput,
  type InventoryInput,
  type NoticeCode,
  planCampaign,
  planOfRun,
  samplingTimeS,
  shrinkSite,
} from '../../src/twine/index.js';
import { inventoryOf, planOf } from './fixtures.js';

test('one port, one NIC: one listener, one mirror, windows and time with named parts', () => {
  const plan = planOf(inventoryOf(1, 2), {
    targets: [{ site: 'indi' }],
    parameters: { experimentRetries: 2, waitInterval: 5, listenTime: 20, maxIterPerRetry: 2 },
  });
  expect(plan.listeners.map(({ name, nicPorts }) => [name, nicPorts])).toEqual([['Twine_INDI_node0', ['p1']]]);
  expect(plan.slots).toHaveLength(1);
  expect(plan.slots[0]!.mirrors).toEqual([
    {
      name: 'INDI_INDI_node0_pmservice0',
      source: 'HundredGigE0/0/0/0',
      direction: 'both',
      listener: 'Twine_INDI_node0',
      nicPort: 'p1',
    },
  ]);
  expect(plan.windows.map(({ startS, cycle, iteration }) => [startS, cycle, iteration])).toEqual([
    [0, 0, 1],
    [20, 0, 2],
    [45, 1, 1],
    [65, 1, 2],
  ]);
  expect(plan.time).toMatchObject({ setupS: 3, captureS: 80, waitS: 5, rotationS: 0 });
  expect(plan.time.totalS).toBe(3 + 80 + 5 + plan.time.gatheringS);
  // The last wait is not waited for, unlike the original.
  expect(samplingTimeS(plan.basis.parameters)).toBe(85);
});

test('mirrors are spread over listeners before second ports are used', () => {
  const plan = planOf(inventoryOf(3, 2), { targets: [{ site: 'INDI' }] });
  expect(plan.slots[0]!.mirrors.map(({ listener, nicPort }) => `${listener}.${nicPort}`)).toEqual([
    'Twine_INDI_node0.p1',
    'Twine_INDI_node1.p1',
    'Twine_INDI_node0.p2',
  ]);
});

test('more ports than NIC ports: every port has a turn, mirrors that stay keep their name', () => {
  const plan = planOf(inventoryOf(5, 1), {
    targets: [{ site: 'INDI' }],
    parameters: { experimentRetries: 6, listenTime: 1, waitInterval: 0 },
    rotationInterval: 1,
  });
  expect(plan.slots).toHaveLength(6);
  expect(plan.neverSampled).toEqual([]);
  for (const { mirrors } of plan.slots) {
    expect(new Set(mirrors.map(({ source }) => source)).size).toBe(2);
    expect(new Set(mirrors.map(({ listener, nicPort }) => listener + nicPort)).size).toBe(2);
  }
  const sourceOf = new Map(plan.slots.flatMap(({ mirrors }) => mirrors.map(({ name, source }) => [name, source])));
  for (const { name, source } of plan.slots.flatMap(({ mirrors }) => mirrors)) expect(sourceOf.get(name)).toBe(source);
});

test('a pinned port stays where the user wants it', () => {
  const plan = planOf(inventoryOf(4, 1), {
    targets: [
      {
        site: 'INDI',
        ports: [
          { port: 'HundredGigE0/0/0/3', to: 'node0.p2' },
          'HundredGigE0/0/0/0',
          'HundredGigE0/0/0/1',
          'HundredGigE0/0/0/2',
        ],
      },
    ],
    parameters: { experimentRetries: 3 },
    rotationInterval: 1,
  });
  for (const { mirrors } of plan.slots) {
    expect(mirrors.find(({ nicPort }) => nicPort === 'p2')!.source).toBe('HundredGigE0/0/0/3');
  }
  expect(plan.neverSampled).toEqual([]);
});

const site = { name: 'INDI', nics: [{ model: 'ConnectX_6', available: 1 }], ports: [{ name: 'HundredGigE0/0/0/1' }] };
const quick = { experimentRetries: 1, listenTime: 1, waitInterval: 0 };
const refused: [NoticeCode, string, InventoryInput, IntentInput][] = [
  ['unknown-site', 'targets.0.site', { sites: [site] }, { targets: [{ site: 'MAX' }] }],
  [
    'unknown-port',
    'targets.0.ports.0',
    { sites: [site] },
    { targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/9'] }] },
  ],
  [
    'vlan-suffix',
    'targets.0.ports.0',
    { sites: [site] },
    { targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/1.3000'] }] },
  ],
  [
    'source-twice',
    'targets.0.ports.1',
    { sites: [site] },
    { targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/1', { port: 'HundredGigE0/0/0/1', direction: 'rx' }] }] },
  ],
  ['source-twice', 'targets.1.site', { sites: [site] }, { targets: [{ site: 'INDI' }, { site: 'indi' }] }],
  [
    'source-in-use',
    'targets.0.ports.0',
    { sites: [{ ...site, ports: [{ name: 'HundredGigE0/0/0/1', mirroredBy: 'theirs' }] }] },
    { targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/1'] }] },
  ],
  [
    'destination-twice',
    'targets.0.ports',
    inventoryOf(2, 1),
    {
      targets: [
        {
          site: 'INDI',
          ports: [
            { port: 'HundredGigE0/0/0/0', to: 'node0.p1' },
            { port: 'HundredGigE0/0/0/1', to: 'node0.p1' },
          ],
        },
      ],
    },
  ],
  [
    'unknown-destination',
    'targets.0.ports',
    inventoryOf(1, 1),
    { targets: [{ site: 'INDI', ports: [{ port: 'HundredGigE0/0/0/0', to: 'node3.p1' }] }] },
  ],
  ['no-ports', 'targets.0.ports', { sites: [{ ...site, ports: [] }] }, { targets: [{ site: 'INDI' }] }],
  [
    'no-ports',
    'targets.0.ports',
    { sites: [site] },
    { targets: [{ site: 'INDI' }], parameters: { onlyUpstream: true } },
  ],
  ['no-nics', 'inventory.INDI.nics', { sites: [{ ...site, nics: [] }] }, { targets: [{ site: 'INDI' }] }],
  ['too-many-ports', 'targets.0.ports', inventoryOf(3, 1), { targets: [{ site: 'INDI' }], rotate: false }],
  ['no-host', 'listener.ramGiB', { sites: [{ ...site, ramGiB: 4 }] }, { targets: [{ site: 'INDI' }] }],
  [
    'disk-too-small',
    'listener.diskGiB',
    { sites: [{ ...site, ports: [{ name: 'HundredGigE0/0/0/1', loadBytesPerSecond: 10e9 }] }] },
    { targets: [{ site: 'INDI' }], listener: { diskGiB: 1 } },
  ],
  ['lease-too-short', 'leaseS', { sites: [site] }, { targets: [{ site: 'INDI' }], parameters: quick, leaseS: 100 }],
  ['token-too-short', 'tokenS', { sites: [site] }, { targets: [{ site: 'INDI' }], parameters: quick, tokenS: 100 }],
  [
    'single-user-needs-one-port',
    'targets',
    inventoryOf(2, 1),
    { targets: [{ site: 'INDI' }], parameters: { mode: 'single_user' }, sliceName: 'mine' },
  ],
  [
    'single-user-needs-slice',
    'sliceName',
    { sites: [site] },
    { targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/1'] }], parameters: { mode: 'single_user' } },
  ],
];

test.each(refused)('%s at %s is refused with field and hint', (code, field, inventory, intent) => {
  const result = planCampaign(inventory, intent);
  expect(result.ok).toBe(false);
  if (result.ok) return;
  expect(result.refusals.map((refusal) => [refusal.code, refusal.field])).toContainEqual([code, field]);
  for (const { message, hint } of result.refusals) expect(message.length * hint.length).toBeGreaterThan(0);
});

test('B12: a campaign longer than its token is refused, unless the token is renewed', () => {
  const intent: IntentInput = { targets: [{ site: 'INDI' }], tokenS: 60 };
  expect(planCampaign({ sites: [site] }, intent).ok).toBe(false);
  expect(planCampaign({ sites: [site] }, { ...intent, tokenRefreshable: true }).ok).toBe(true);
});

test('a direction that cannot fit its destination is a warning', () => {
  const slow = { ...site, nics: [{ model: 'ConnectX_5', available: 1, rateBytesPerSecond: 3.125e9 }] };
  const both = planCampaign({ sites: [slow] }, { targets: [{ site: 'INDI' }], parameters: quick });
  expect(both.ok && both.plan.warnings.map(({ code }) => code)).toEqual(['destination-too-slow']);
  const fits = { ...slow, ports: [{ name: 'TwentyFiveGigE0/0/0/1', rateBytesPerSecond: 3.125e9 }] };
  const rx = planCampaign({ sites: [fits] }, { targets: [{ site: 'INDI', direction: 'rx' }], parameters: quick });
  expect(rx.ok && rx.plan.warnings).toEqual([]);
});

test('ports a short campaign never reaches are named', () => {
  const result = planCampaign(inventoryOf(5, 1), {
    targets: [{ site: 'INDI' }],
    parameters: { ...quick, experimentRetries: 2 },
    rotationInterval: 1,
  });
  const [never] = result.ok ? result.plan.warnings.filter(({ code }) => code === 'never-sampled') : [];
  expect(never!.message).toMatch(/^the campaign at INDI ends before these ports had a turn: HundredGigE0\/0\/0\/\d$/);
});

test('shrinking lays the same campaign out on one NIC less, down to one', () => {
  const plan = planOf(inventoryOf(6, 3), { targets: [{ site: 'INDI' }] });
  const two = shrinkSite(plan)!;
  expect([plan.nicCount, two.nicCount, shrinkSite(two)!.nicCount]).toEqual([3, 2, 1]);
  expect(shrinkSite(shrinkSite(two)!)).toBeUndefined();
});

test('the same inventory, intent and seed give the same plan', () => {
  const intent: IntentInput = {
    targets: [{ site: 'INDI' }],
    parameters: { experimentRetries: 30 },
    rotationInterval: 1,
  };
  expect(planCampaign(inventoryOf(9, 2), intent)).toEqual(planCampaign(inventoryOf(9, 2), intent));
});

test('the wrong shape names the field', () => {
  try {
    planCampaign({ sites: [] }, { targets: [{ site: 'INDI' }], parameters: { snaplen: -1 } });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(MooringError);
    expect((error as MooringError).code).toBe('MOORING_ERR_TWINE_BAD_INPUT');
    expect((error as MooringError).message).toContain('parameters.snaplen');
  }
});

test('the timetable names listeners, mirrors and the parts of the time', () => {
  const result = planCampaign(inventoryOf(3, 1), {
    targets: [{ site: 'INDI' }],
    parameters: { experimentRetries: 3, listenTime: 20, waitInterval: 40 },
    rotationInterval: 60,
  });
  expect(result.ok).toBe(true);
  if (!result.ok) return;
  const text = formatTimetable(result.plan);
  expect(text).toContain('HundredGigE0/0/0/0 (both) → Twine_INDI_node0 p1');
  expect(text).toMatch(/00:00:00 – 00:00:20 {2}1 capture of/);
  expect(text).toMatch(/takes about .*: set-up 3\.00 s, captures 60\.0 s, waits 80\.0 s, gathering/);
});

test('B7: without any measured load a campaign is planned all the same, on the ports as listed', () => {
  const ports = [1, 2, 3].map((number) => ({ name: `HundredGigE0/0/0/${number}` }));
  const plan = planOf({ sites: [{ ...site, ports }] }, { targets: [{ site: 'INDI' }], parameters: quick });
  expect(plan.basis.ports.map(({ name }) => name)).toEqual(ports.map(({ name }) => name));
});

test('ports that others mirror are not among those chosen of our own accord', () => {
  const ports = [{ name: 'HundredGigE0/0/0/1', mirroredBy: 'theirs' }, { name: 'HundredGigE0/0/0/2' }];
  const plan = planOf({ sites: [{ ...site, ports }] }, { targets: [{ site: 'INDI' }], parameters: quick });
  expect(plan.basis.ports.map(({ name }) => name)).toEqual(['HundredGigE0/0/0/2']);
});

test('a run has its id in every name it makes, and leaves a user the name of their slice', () => {
  const bare = planOf(inventoryOf(5, 2), { targets: [{ site: 'INDI' }], rotationInterval: 1, sliceName: 'named' });
  const run = planOfRun(bare, 'abcd1234');
  expect(run.basis.sliceName).toBe('named abcd1234');
  const names = [...run.listeners, ...run.slots.flatMap(({ mirrors }) => mirrors)].map(({ name }) => name);
  for (const name of names) expect(name).toMatch(/_abcd1234$/);
  expect(run.listeners.map(({ label }) => label)).toEqual(bare.listeners.map(({ label }) => label));
  for (const { listener } of run.slots.flatMap(({ mirrors }) => mirrors)) expect(names).toContain(listener);
  // A NIC less is still the same run.
  expect(shrinkSite(run)!.listeners[0]!.name).toBe('Twine_INDI_node0_abcd1234');
  const user = planOf(inventoryOf(1, 1), {
    targets: [{ site: 'INDI', ports: ['HundredGigE0/0/0/0'] }],
    parameters: { mode: 'single_user' },
    sliceName: 'mine',
  });
  expect(planOfRun(user, 'abcd1234').basis.sliceName).toBe('mine');
});
