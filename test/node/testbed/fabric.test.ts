import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addListener,
  EMPTY_SLICE,
  type Faults,
  formatLeaseTime,
  heldByRun,
  readFaults,
  readGraphml,
  World,
  writeGraphml,
} from '../../../src/fabric/index.js';
import { readAccount, type Serving, serveStandIn } from '../../../src/node/fabric/index.js';
import { openTestbed, type TestbedRun } from '../../../src/node/testbed/index.js';
import type { Listener, Mirror } from '../../../src/twine/index.js';

const HOUR_MS = 3_600_000;
const NAMES = { listeners: [], mirrors: [] };
const SOURCE = 'HundredGigE0/0/0/26';

let folder: string;
let serving: Serving | undefined;
let rc: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mooring-fabric-'));
  process.env['XDG_STATE_HOME'] = folder;
});

afterEach(async () => {
  delete process.env['XDG_STATE_HOME'];
  await serving?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A stand-in that takes a step each few milliseconds, or never, and an account with it. */
async function serve(faults: Faults = readFaults({}), { steps = true, tokenMs = HOUR_MS } = {}): Promise<void> {
  const world = new World({ conditions: faults });
  serving = await serveStandIn({ port: 0, stepMs: steps ? 5 : 2 ** 31 - 1, world, faults: faults.answers });
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const tags = ['VM.NoLimit', 'Component.SmartNIC', 'Net.PortMirroring', 'Slice.Multisite', 'Slice.NoLimitLifetime'];
  const claims = {
    sub: 'me',
    email: 'me@localhost',
    uuid: 'me',
    exp: Math.floor((Date.now() + tokenMs) / 1000),
    projects: [{ uuid: 'project', name: 'P', tags }],
  };
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const settings = {
    ORCHESTRATOR_HOST: serving.url,
    BASTION_USERNAME: 'me',
    TOKEN_LOCATION: file('id_token.json', JSON.stringify({ id_token: `${part({ alg: 'none' })}.${part(claims)}.x` })),
    SLICE_PUBLIC_KEY_FILE: file('slice_key.pub', 'ecdsa-sha2-nistp256 AAAA slice_key\n'),
    SETUP_S: 0.5,
  };
  rc = file(
    'fabric_rc',
    Object.entries(settings)
      .map(([name, value]) => `export FABRIC_${name}=${value}\n`)
      .join(''),
  );
}

const runOf = (id = 'r1', slice = 'Twine one', owner: 'run' | 'user' = 'run'): TestbedRun =>
  openTestbed(`fabric:${rc}`).run({ id, slice, owner });

const listener = (name: string): Listener => ({
  name,
  label: name,
  site: 'INDI',
  image: 'default_ubuntu_22',
  cores: 2,
  ramGiB: 8,
  diskGiB: 10,
  nic: { name: 'pmnic_1', model: 'ConnectX-6', rateBytesPerSecond: 12.5e9 },
  nicPorts: ['p1'],
});

const mirror = (name: string, source = SOURCE): Mirror => ({
  name,
  source,
  direction: 'both',
  listener: 'node0',
  nicPort: 'p1',
});

const adding = { remove: NAMES, add: { listeners: [listener('node0')], mirrors: [mirror('m0')] } };
const releasing = { remove: { listeners: ['node0'], mirrors: ['m0'] }, add: NAMES };

const failing = async (work: Promise<unknown>) =>
  await work.then(
    () => expect.unreachable(),
    (error) => error.detail.failure,
  );

async function modelOf(slice: string) {
  const { client } = readAccount(rc);
  const [found] = await client.slices(slice);
  return { id: found!.id, graph: readGraphml((await client.slice(found!.id, true)).model ?? '') };
}

test('asked for twice it is there once, with the ids of the first time; released it is gone', async () => {
  await serve();
  expect(await runOf().change(adding)).toEqual([]);
  const { id, graph } = await modelOf('Twine one');
  expect(await runOf().change(adding)).toEqual([]);
  const again = await modelOf('Twine one');
  expect(again.id).toBe(id);
  const ids = ({ nodes }: typeof graph) => nodes.map(({ properties }) => properties.get('NodeID')).sort();
  expect(ids(again.graph)).toEqual(ids(graph));
  expect(await runOf().change(releasing)).toEqual([]);
  expect(await readAccount(rc).client.slices()).toEqual([]);
  expect(await runOf().change(releasing)).toEqual([]);
});

test("a slice of that name that is another run's is neither changed nor deleted", async () => {
  await serve();
  await runOf('r2').change(adding);
  const why = { class: 'configuration', reason: expect.stringMatching(/it is not ours/) };
  expect(await failing(runOf('r1').change(adding))).toMatchObject(why);
  expect(await failing(runOf('r1').change(releasing))).toMatchObject(why);
  expect(heldByRun((await modelOf('Twine one')).graph, 'r2')).toEqual({ listeners: ['node0'], mirrors: ['m0'] });
});

test('a slice that is Configuring for ever is given up on, by its name', async () => {
  await serve(readFaults({}), { steps: false });
  expect(await failing(runOf().change(adding))).toMatchObject({
    class: 'transient',
    reason: expect.stringMatching(/^slice Twine one does not come to rest: waited 3 s$/),
  });
});

test('a site without NICs: the slice goes down, the reason is its own and not that it fell with another', async () => {
  await serve(readFaults({ free: { 'INDI/SmartNIC-ConnectX-6': 0 } }));
  expect(await failing(runOf().change(adding))).toMatchObject({
    class: 'resources',
    reason: expect.stringMatching(/^the site cannot give it now: .*ConnectX-6/),
  });
  expect(await runOf().change(releasing)).toEqual([]);
});

test('StableError with some Active: a mirror that failed is told, a listener that failed is thrown', async () => {
  await serve(
    readFaults({
      failures: { m0: 'Destination is already configured for use with session x', node1: 'Playbook has failed tasks' },
    }),
  );
  expect(await runOf().change(adding)).toEqual([
    {
      mirror: 'm0',
      failure: {
        class: 'transient',
        scope: 'mirror',
        reason: expect.stringMatching(/still belongs to an earlier mirror/),
      },
    },
  ]);
  const two = { remove: NAMES, add: { listeners: [listener('node0'), listener('node1')], mirrors: [] } };
  expect(await failing(runOf().change(two))).toMatchObject({
    class: 'transient',
    reason: expect.stringMatching(/the site failed to set the machine up/),
  });
});

test('ModifyError at a rotation: the old mirror is gone, the new one is told, the listener stands', async () => {
  await serve(readFaults({ failures: { m1: 'SPAN: multiple attachments of a traffic class' } }));
  const run = runOf();
  await run.change(adding);
  const turn = {
    remove: { listeners: [], mirrors: ['m0'] },
    add: { listeners: [], mirrors: [mirror('m1', 'HundredGigE0/0/0/27')] },
  };
  expect(await run.change(turn)).toMatchObject([{ mirror: 'm1', failure: { class: 'transient', scope: 'mirror' } }]);
  expect(heldByRun((await modelOf('Twine one')).graph, 'r1').listeners).toEqual(['node0']);
});

test('a slice that vanished: its listeners are gone, nothing is made in their place', async () => {
  await serve();
  const run = runOf();
  await run.change(adding);
  const { client } = readAccount(rc);
  await client.delete((await modelOf('Twine one')).id);
  const turn = { remove: NAMES, add: { listeners: [], mirrors: [mirror('m1')] } };
  expect(await failing(run.change(turn))).toMatchObject({ class: 'resources', scope: 'listener' });
  expect(await failing(run.listener('node0'))).toMatchObject({ class: 'resources', scope: 'listener' });
  expect(await client.slices()).toEqual([]);
});

test("a user's slice that its user changes meanwhile keeps what the user added", async () => {
  await serve();
  const { client } = readAccount(rc);
  const spec = (name: string) => ({ name, site: 'MASS', nicModel: 'ConnectX-5' });
  const first = addListener(EMPTY_SLICE, spec('mine'), randomUUID);
  await client.create(
    'My slice',
    writeGraphml(first),
    ['ecdsa-sha2-nistp256 AAAA x'],
    Date.now() + HOUR_MS,
    () => false,
  );
  const run = runOf('r1', 'My slice', 'user');
  expect(await run.change(adding)).toEqual([]);
  const { id, graph } = await modelOf('My slice');
  await client.modify(id, writeGraphml(addListener(graph, spec('more'), randomUUID)));
  expect(await run.change(releasing)).toEqual([]);
  const { graph: after } = await modelOf('My slice');
  const machines = after.nodes.filter(({ properties }) => properties.get('Class') === 'NetworkNode');
  expect(machines.map(({ properties }) => properties.get('Name')).sort()).toEqual(['mine', 'more']);
  expect(await failing(runOf('r1', 'No slice', 'user').change(adding))).toMatchObject({ class: 'configuration' });
});

test('a token that has ended is no reason to try again', async () => {
  await serve(readFaults({}), { tokenMs: -HOUR_MS });
  expect(await failing(runOf().change(adding))).toMatchObject({
    class: 'configuration',
    reason: expect.stringMatching(/token/),
  });
  await expect(openTestbed(`fabric:${rc}`).inventory()).rejects.toThrow(/token/);
});

test("the lease of one's own slice is renewed, a user's is moved only when asked", async () => {
  await serve();
  await runOf().change(adding);
  const driver = openTestbed(`fabric:${rc}`);
  const endUs = (await driver.leaseEndUs('Twine one'))!;
  const later = endUs + 2 * HOUR_MS * 1000;
  expect(await driver.renewLease('Twine one', later)).toBe(later);
  expect(formatLeaseTime((await driver.leaseEndUs('Twine one'))! / 1000)).toBe(formatLeaseTime(later / 1000));
  expect(await failing(driver.renewLease('Twine one', endUs))).toMatchObject({ class: 'configuration' });
});
