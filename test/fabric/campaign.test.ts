import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  addListener,
  addMirror,
  addNetwork,
  type CampaignEdit,
  EMPTY_SLICE,
  editForCampaign,
  heldByRun,
  type PropertyGraph,
  placeOfListener,
  portLoadsOf,
  readFaults,
  receiverOf,
  sitesOf,
  validateSlice,
  withLoads,
} from '../../src/fabric/index.js';

const SOURCE = 'HundredGigE0/0/0/5';
const listener = { name: 'node0', site: 'INDI', nicModel: 'ConnectX-6' };
const mirror = {
  name: 'm0',
  site: 'INDI',
  source: SOURCE,
  direction: 'Both' as const,
  receiver: receiverOf('node0', 'p1'),
};
const NOTHING = { listeners: [], mirrors: [] };
const adding: CampaignEdit = { run: 'r1', remove: NOTHING, add: { listeners: [listener], mirrors: [mirror] } };

/** A property of what has a name. */
function withProperty(graph: PropertyGraph, name: string, key: string, value: string): PropertyGraph {
  const nodes = graph.nodes.map((node) =>
    node.properties.get('Name') === name ? { ...node, properties: new Map([...node.properties, [key, value]]) } : node,
  );
  return { ...graph, nodes };
}

const idOf = (graph: PropertyGraph, name: string) =>
  graph.nodes.find(({ properties }) => properties.get('Name') === name)?.properties.get('NodeID');

describe('what a run wants of a slice', () => {
  test('made twice it is there once: the second request changes nothing at all', () => {
    const once = editForCampaign(EMPTY_SLICE, adding, randomUUID);
    expect(() => validateSlice(once)).not.toThrow();
    expect(heldByRun(once, 'r1')).toEqual({ listeners: ['node0'], mirrors: ['m0'] });
    expect(editForCampaign(once, adding, randomUUID)).toBe(once);
    const again = { ...adding, remove: { listeners: ['node0'], mirrors: ['m0'] } };
    expect(editForCampaign(once, again, randomUUID)).toBe(once);
  });

  test('what failed comes anew, with another id', () => {
    const once = editForCampaign(EMPTY_SLICE, adding, randomUUID);
    const failed = withProperty(once, 'm0', 'ReservationInfo', '{"reservation_state": "Failed"}');
    const next = editForCampaign(failed, adding, randomUUID);
    expect(idOf(next, 'm0')).not.toBe(idOf(once, 'm0'));
    expect(idOf(next, 'node0')).toBe(idOf(once, 'node0'));
  });

  test("another run's, and a user's, are neither replaced nor removed", () => {
    const theirs = editForCampaign(EMPTY_SLICE, { ...adding, run: 'r2' }, randomUUID);
    expect(() => editForCampaign(theirs, adding, randomUUID)).toThrow(/it is not ours/);
    const removing = { run: 'r1', remove: { listeners: ['node0'], mirrors: ['m0'] }, add: NOTHING };
    expect(editForCampaign(theirs, removing, randomUUID)).toBe(theirs);
    const users = addMirror(addListener(EMPTY_SLICE, listener, randomUUID), mirror, randomUUID);
    expect(editForCampaign(users, removing, randomUUID)).toBe(users);
    expect(placeOfListener(users, 'node0', 'r1')).toBeUndefined();
  });

  test('a mirror of another port takes its place in one edit', () => {
    const once = editForCampaign(EMPTY_SLICE, adding, randomUUID);
    const other = { ...mirror, name: 'm1', source: 'HundredGigE0/0/0/6' };
    const turn = {
      run: 'r1',
      remove: { listeners: [], mirrors: ['m0'] },
      add: { listeners: [], mirrors: [other] },
    };
    const next = editForCampaign(once, turn, randomUUID);
    expect(heldByRun(next, 'r1')).toEqual({ listeners: ['node0'], mirrors: ['m1'] });
    expect(() => validateSlice(next)).not.toThrow();
  });

  test('where a listener is: address, site, image, MAC addresses by port', () => {
    const once = editForCampaign(EMPTY_SLICE, adding, randomUUID);
    const placed = withProperty(
      withProperty(once, 'node0', 'MgmtIp', '2001:db8::7'),
      receiverOf('node0', 'p1'),
      'LabelAllocations',
      '{"mac": "02:00:00:00:00:0A"}',
    );
    expect(placeOfListener(placed, 'node0', 'r1')).toEqual({
      managementIp: '2001:db8::7',
      site: 'INDI',
      image: 'default_ubuntu_22,qcow2',
      macs: { p1: '02:00:00:00:00:0a' },
    });
  });
});

describe('what is free, and where', () => {
  const summary = {
    sites: [{ name: 'INDI', cores_available: 8, components: { 'SmartNIC-ConnectX-6': { available: 2 }, GPU: {} } }],
    links: [
      {
        bandwidth: 40,
        endpoints: [
          { site: 'INDI', port: 'HundredGigE0/0/0/26.2' },
          { site: 'MAX', port: 7 },
        ],
      },
    ],
  };

  test('uplinks lose their VLAN, rates are bytes per second, what is not understood is left out', () => {
    expect(sitesOf(summary, [])).toEqual([
      {
        name: 'INDI',
        cores: 8,
        ramGiB: 0,
        diskGiB: 0,
        nics: [{ model: 'ConnectX-6', available: 2, rateBytesPerSecond: 12.5e9 }],
        ports: [{ name: 'HundredGigE0/0/0/26', rateBytesPerSecond: 5e9, uplink: true, mirroredBy: undefined }],
      },
    ]);
    for (const strange of [null, 7, {}, { sites: 'x' }]) expect(sitesOf(strange, [])).toEqual([]);
  });

  test('ports carry what the metrics say, both ways; one that carries something is there, others are not told of', () => {
    const rates = (all: Record<string, unknown>) => ({
      data: {
        result: Object.entries(all).map(([ifName, rate]) => ({ metric: { rack: 'indi', ifName }, value: [0, rate] })),
      },
    });
    const busy = { 'HundredGigE0/0/0/26': '100', 'TwentyFiveGigE0/0/0/7': '5', Bundle: '9', 'TenGigE0/0/0/1': '0' };
    const loads = portLoadsOf([rates(busy), rates({ 'HundredGigE0/0/0/26': '20', 'TenGigE0/0/0/2': 'NaN' }), 7, null]);
    const [site] = withLoads(sitesOf(summary, []), loads);
    expect(
      site!.ports.map(({ name, rateBytesPerSecond, loadBytesPerSecond }) => [
        name,
        rateBytesPerSecond,
        loadBytesPerSecond,
      ]),
    ).toEqual([
      ['HundredGigE0/0/0/26', 5e9, 120],
      ['TwentyFiveGigE0/0/0/7', 3.125e9, 5],
    ]);
    expect(withLoads(sitesOf(summary, []), new Map())[0]!.ports[0]!.loadBytesPerSecond).toBeUndefined();
  });

  test('ports of own nodes and own mirrors are seen in the own slices', () => {
    const port = receiverOf('node0', 'p2');
    const networked = addNetwork(
      editForCampaign(EMPTY_SLICE, adding, randomUUID),
      { name: 'net1', site: 'INDI', ports: [port] },
      randomUUID,
    );
    const labelled = withProperty(networked, `net1-${port}`, 'Labels', `{"local_name": "${SOURCE}"}`);
    const [site] = sitesOf(summary, [labelled]);
    expect(site!.ports.find(({ name }) => name === SOURCE)).toEqual({
      name: SOURCE,
      rateBytesPerSecond: 12.5e9,
      uplink: false,
      mirroredBy: 'm0',
    });
    expect(() => addNetwork(networked, { name: 'net2', site: 'INDI', ports: [port] }, randomUUID)).toThrow(/in use/);
  });
});

test('a file of faults says what of it cannot be used', () => {
  const answers = [{ method: 'post', path: '/slices/creates' }];
  expect(readFaults({ answers }).answers).toEqual([
    { method: 'POST', path: '/slices/creates', after: 0, times: 1, carriedOut: true, status: 504, text: undefined },
  ]);
  const told = { method: 'GET', path: '/slices', text: 'x', status: 401, after: 3 };
  expect(readFaults({ answers: [told] }).answers).toEqual([{ ...told, times: 1, carriedOut: false }]);
  expect(readFaults({ clockOffsetS: -300, tokenS: 60, leaseS: 900 })).toMatchObject({ clockOffsetS: -300, tokenS: 60 });
  const wrong: [unknown, string][] = [
    [[], 'faults'],
    [{ answer: [] }, 'answer'],
    [{ answers: {} }, 'answers'],
    [{ answers: [{ path: '/' }] }, 'answers[0].method'],
    [{ answers: [{ ...answers[0], status: 200 }] }, 'answers[0].status'],
    [{ free: { 'INDI/GPU': -1 } }, 'free.INDI/GPU'],
    [{ failures: { m0: 1 } }, 'failures.m0'],
    [{ answers: [{ ...answers[0], after: 0.5 }] }, 'answers[0].after'],
    [{ answers: [{ ...answers[0], text: 7 }] }, 'answers[0].text'],
    [{ clockOffsetS: 1e9 }, 'clockOffsetS'],
    [{ tokenS: 0 }, 'tokenS'],
    [{ leaseS: '1' }, 'leaseS'],
  ];
  for (const [value, field] of wrong) {
    expect(() => readFaults(value)).toThrow(expect.objectContaining({ detail: { field } }));
  }
});
