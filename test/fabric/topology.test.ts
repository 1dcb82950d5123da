import { describe, expect, test } from 'vitest';
import { readGraphml } from '../../src/fabric/graph/index.js';
import {
  addListener,
  addMirror,
  addNic,
  EMPTY_SLICE,
  preflight,
  removeListener,
  removeMirror,
  replaceMirror,
  validateSlice,
  writeGraphml,
} from '../../src/fabric/index.js';
import { ERROR } from '../../src/generated/errors.js';
import { RECORDED, rowsOf } from './vectors.js';

let issued = 0;
const newId = () => `00000000-0000-4000-8000-${String(++issued).padStart(12, '0')}`;
const LISTENER = { name: 'lis0', site: 'INDI', nicModel: 'ConnectX-6' };
const MIRROR = {
  name: 'pm0',
  site: 'INDI',
  source: 'HundredGigE0/0/0/5',
  direction: 'Both',
  receiver: 'lis0-nic1-p1',
} as const;
const listening = addMirror(addListener(EMPTY_SLICE, LISTENER, newId), MIRROR, newId);

test('a listener and its mirror are a slice FIM takes, with one GraphID', () => {
  expect(validateSlice(listening).nodes).toHaveLength(8);
  expect(new Set(listening.nodes.map(({ properties }) => properties.get('GraphID'))).size).toBe(1);
  expect(readGraphml(writeGraphml(listening))).toEqual(listening);
});

test('a mirror is replaced by another one: new NodeIDs, a new name, all else as it was', () => {
  const moved = replaceMirror(listening, 'pm0', { ...MIRROR, name: 'pm1', source: 'HundredGigE0/0/0/6' }, newId);
  const before = new Map(listening.nodes.map((node) => [node.properties.get('NodeID'), node]));
  const kept = moved.nodes.filter((node) => before.has(node.properties.get('NodeID')));
  expect(kept.map((node) => node.properties.get('Name'))).toEqual([
    'lis0',
    'lis0-nic1',
    'lis0-lis0-nic1-l2ovs',
    'lis0-nic1-p1',
    'lis0-nic1-p2',
  ]);
  for (const node of kept) expect(node).toEqual(before.get(node.properties.get('NodeID')));
  expect(moved.nodes).toHaveLength(8);
});

test('what was added and taken away again leaves the graph it was', () => {
  expect(removeMirror(addMirror(removeMirror(listening, 'pm0'), MIRROR, newId), 'pm0').nodes).toHaveLength(5);
  const second = addListener(listening, { ...LISTENER, name: 'lis1' }, newId);
  expect(removeListener(second, 'lis1')).toEqual(listening);
  expect(removeListener(listening, 'lis0').nodes).toEqual([]);
  expect(addNic(listening, { node: 'lis0', name: 'lis0-nic2', model: 'ConnectX-5' }, newId).nodes).toHaveLength(12);
});

test.each([
  ['a name that is taken', () => addListener(listening, LISTENER, newId)],
  ['a NIC that cannot receive', () => addListener(listening, { ...LISTENER, name: 'x1', nicModel: 'Basic' }, newId)],
  [
    'a port with a VLAN',
    () => addMirror(listening, { ...MIRROR, name: 'pm1', source: 'HundredGigE0/0/0/5.30' }, newId),
  ],
  ['a receiver in use', () => addMirror(listening, { ...MIRROR, name: 'pm1' }, newId)],
  [
    'a receiver at another site',
    () => addMirror(listening, { ...MIRROR, name: 'pm1', site: 'MASS', receiver: 'lis0-nic1-p2' }, newId),
  ],
  ['a mirror that is not there', () => removeMirror(listening, 'pm9')],
  ['a mirror replaced under its own name', () => replaceMirror(listening, 'pm0', MIRROR, newId)],
] as const)('refused: %s', (_what, edit) => {
  expect(edit).toThrow(expect.objectContaining({ code: ERROR.MOORING_ERR_FABRIC_EDIT }));
});

describe.runIf(RECORDED)("a user's slice comes back node by node when listener and mirror are gone", () => {
  interface Session {
    readonly id: string;
    readonly steps: readonly { response?: { body?: { data?: readonly { model?: string }[] } } }[];
  }
  const models = rowsOf<Session>('sessions.jsonl')
    .filter(({ id }) => id.startsWith('single-user'))
    .flatMap(({ id, steps }) => {
      const model = steps.map((step) => step.response?.body?.data?.[0]?.model).find((each) => each !== undefined);
      return model === undefined ? [] : [[id, model] as const];
    });
  test.each(models)('%s', (_id, model) => {
    const theirs = readGraphml(model);
    const spec = { ...LISTENER, name: 'Twine_INDI_node0' };
    const mirror = { ...MIRROR, name: 'twine-pm', receiver: 'Twine_INDI_node0-nic1-p1' };
    const both = addMirror(addListener(theirs, spec, newId), mirror, newId);
    expect(removeListener(both, spec.name)).toEqual({ ...theirs, directed: false });
    expect(removeListener(removeMirror(both, mirror.name), spec.name)).toEqual({ ...theirs, directed: false });
  });
});

test('preflight finds what the orchestrator accepts and fails on later', () => {
  const nowMs = 1_800_000_000_000;
  const project = { uuid: 'p', tags: ['Component.SmartNIC', 'Net.PortMirroring'] };
  const input = {
    graph: listening,
    claims: { uuid: 'u', projects: [project] },
    tokenExpiresMs: nowMs + 4 * 3_600_000,
    refreshable: false,
    nowMs,
    untilMs: nowMs + 3_600_000,
    sshKeys: ['ecdsa-sha2-nistp256 AAAA me'],
  };
  const told = (changes: Partial<typeof input>) =>
    preflight({ ...input, ...changes })
      .filter(({ severity }) => severity === 'error')
      .map(({ subject }) => subject);
  expect(told({})).toEqual([]);
  expect(preflight(input)).toMatchObject([{ subject: 'nic', severity: 'warning' }]);
  expect(told({ sshKeys: ['ssh-ed25519 AAAA me'] })).toEqual(['key']);
  expect(told({ claims: { uuid: 'u', projects: [{ uuid: 'p', tags: [] }] } })).toEqual(['policy', 'policy']);
  expect(told({ untilMs: nowMs + 15 * 86_400_000 })).toEqual(['token', 'policy']);
  const port = (source: string, site = 'INDI') =>
    readGraphml(
      writeGraphml(listening)
        .replace('HundredGigE0/0/0/5', source)
        .replace(/(<data key="n_Site">)INDI(<\/data><data key="n_MirrorPort">)/, `$1${site}$2`),
    );
  expect(told({ graph: port('HundredGigE0/0/0/5.3000') })).toEqual(['mirror']);
  expect(told({ graph: port('HundredGigE0/0/0/5', 'MASS') })).toContain('mirror');
});
