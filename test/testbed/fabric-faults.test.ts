import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addListener, readFaults, readGraphml, writeGraphml } from '../../src/fabric/index.js';
import { loadToken } from '../../src/node/fabric/index.js';
import { openTestbed } from '../../src/node/testbed/index.js';
import { resumeCampaign } from '../../src/node/twine/index.js';
import type { IntentInput, Manifest } from '../../src/twine/public.js';
import { NODE_PORT, PATIENCE, Rehearsed, skipRehearsals, UPLINK, USERS_SLICE } from './rehearsed.js';
import { blast, inNode, readFrames, removeScratch, unpackRun } from './support.js';

// What goes wrong on FABRIC while a campaign is under way: nothing captured is lost, nothing is left.

const exec = promisify(execFile);
const EXPIRED = 'Unable to validate provided token: ValidateCode.INVALID/Signature has expired';
const SPENT = 'Refresh token is invalid or has expired. Please re-login to obtain a new token.';

/** Two ports take turns on one NIC port. */
const IN_TURNS: IntentInput = {
  targets: [{ site: 'INDI', ports: [UPLINK, NODE_PORT], maxNicPorts: 1 }],
  parameters: { experimentRetries: 2, listenTime: 1, waitInterval: 0 },
  rotationInterval: 1,
};
const NODES: IntentInput = {
  targets: [{ site: 'INDI', ports: [NODE_PORT] }],
  parameters: { experimentRetries: 1, listenTime: 2, waitInterval: 0 },
};

afterAll(removeScratch);

describe.skipIf(skipRehearsals)('FABRIC while a campaign is under way', () => {
  let bed: Rehearsed;
  beforeEach(() => {
    bed = new Rehearsed();
  });
  afterEach(async () => await bed.down());

  /** Every file the manifest lists is home and holds what it says. Gives how many frames. */
  function expectKept({ captures }: Manifest): number {
    const unpacked = unpackRun(bed.workdir, 'INDI');
    let all = 0;
    for (const { label, files, counters } of captures) {
      const frames = files.flatMap((file) => readFrames(join(unpacked[label]!, file)));
      expect(counters?.filePackets ?? frames.length).toBe(frames.length);
      all += frames.length;
    }
    return all;
  }

  function expectComplete(manifest: Manifest): void {
    expect([manifest.session.outcome, manifest.session.reasons]).toEqual(['completed', []]);
    expect(expectKept(manifest)).toBeGreaterThan(5);
  }

  const tokenFile = () => join(bed.workdir, 'account', 'id_token.json');
  const refused = (path: string, method: string, after: number, times = 1) => ({
    ...{ method, path, status: 500, text: EXPIRED, after, times },
  });

  test('the token is refused mid-run: it is refreshed once, and what was refused is sent again', async () => {
    // One of each kind: a look, a rotation, an acceptance.
    const answers = [
      refused('/slices', 'GET', 30),
      refused('/slices/modify', 'PUT', 0),
      refused('/slices/modify', 'POST', 0),
    ];
    await bed.up(readFaults({ answers }));
    const before = loadToken(tokenFile());
    expectComplete(await bed.campaign(IN_TURNS));
    const after = loadToken(tokenFile());
    expect(after.idToken).not.toBe(before.idToken);
    expect(after.refreshToken).not.toBe(before.refreshToken);
    await bed.expectReleased();
  });

  test('the token cannot be refreshed any more: said so, files are home, what is left is named', async () => {
    const spent = { method: 'POST', path: '/credmgr/tokens/refresh', status: 401, text: SPENT, times: 1000 };
    const answers = [spent, refused('/slices/modify', 'PUT', 0), refused('/slices/delete', 'DELETE', 0, 10)];
    await bed.up(readFaults({ answers }));
    const manifest = await bed.campaign(IN_TURNS);
    expect(manifest.session.outcome).toBe('failed');
    const reasons = manifest.session.reasons.map(({ state, reason }) => [
      state,
      /take a new one from the portal/.test(reason),
    ]);
    expect(reasons).toEqual([
      ['rotating', true],
      ['closing', true],
    ]);
    expect(expectKept(manifest)).toBeGreaterThan(5);
    expect(manifest.leftovers.join()).toMatch(/could not remove Twine_INDI_node0/);
    const { rc } = bed.rehearsal;
    const { client } = bed.account;
    const left = (await client.slices()).find(({ name }) => name !== USERS_SLICE)!;
    // Until the token is taken again.
    const ask = async () =>
      await client.delete(left.id).then(
        () => 'deleted',
        ({ detail }) => detail.cause,
      );
    expect(await ask()).toBe('token');
    await expect.poll(ask, PATIENCE).toBe('deleted');
    const argv = ['dist/cli.js', 'fabric', 'delete', left.id, '--rc', rc];
    expect((await exec(process.execPath, argv)).stdout).toMatch(/is being deleted/);
    await bed.expectReleased();
  });

  test('a lease that is cut is read back, and renewed as the run goes on', async () => {
    await bed.up(readFaults({ leaseS: 3600 }));
    const endMs = Date.now() + 48 * 3_600_000;
    const [slice] = await bed.account.client.slices(USERS_SLICE);
    const renewed = await bed.account.client.renew(slice!.id, endMs);
    expect(renewed! - Date.now()).toBeLessThanOrEqual(3_600_000);
    await expect.poll(() => bed.rehearsal.stateOf(USERS_SLICE), PATIENCE).toBe('StableOK');
    expectComplete(await bed.campaign(IN_TURNS));
    await bed.expectReleased();
  });

  test.each([300, -300])('the testbed’s clock is %s s ahead', async (clockOffsetS) => {
    await bed.up(readFaults({ clockOffsetS }));
    expectComplete(await bed.campaign(IN_TURNS));
    await bed.expectReleased();
  });

  test('tokens that last a minute by a clock five minutes ahead', async () => {
    await bed.up(readFaults({ clockOffsetS: 300, tokenS: 60 }));
    expectComplete(await bed.campaign(NODES));
    await bed.expectReleased();
  });

  test('a listener boots while it captures: what had come is home, the next window is captured', async () => {
    await bed.up();
    let booted = false;
    const intent = { ...NODES, parameters: { experimentRetries: 2, listenTime: 4, waitInterval: 0 } };
    const manifest = await bed.campaign(intent, (_site, { kind }) => {
      if (kind !== 'captureStarted' || booted) return;
      booted = true;
      setTimeout(() => void reboot().catch(() => undefined), 1500);
    });
    const run = bed.rehearsal.sliceNames().at(-1)!;
    await expect.poll(() => bed.rehearsal.stateOf(run), PATIENCE).toBe('Dead');
    expect(manifest.session.outcome).toBe('degraded');
    const [cut, whole] = manifest.captures;
    expect([cut!.status, whole!.status]).toEqual(['partial', 'complete']);
    expect(expectKept(manifest)).toBeGreaterThan(20);
    await bed.expectReleased();
  });

  /** As the portal's button does it: an operational action on the machine. */
  async function reboot(): Promise<void> {
    const { client } = bed.account;
    const slice = (await client.slices()).find(({ name }) => name !== USERS_SLICE)!;
    const machine = (await client.slivers(slice.id)).find(({ kind }) => kind === 'NodeSliver')!;
    const answer = await fetch(`${bed.rehearsal.url}/poas/create/${machine.id}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${loadToken(tokenFile()).idToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ operation: 'reboot' }),
    });
    expect(answer.status).toBe(200);
  }

  test("a listener's disk is full: told, what fits is kept", async () => {
    const small = join(bed.workdir, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]);
    let filler: Promise<string> | undefined;
    try {
      await bed.up({}, { homes: small });
      filler = inNode(bed.name, 'Node1', [blast(), '10.128.1.1', '7002', '2000000', '1000', '8000']).catch(() => '');
      const parameters = { experimentRetries: 1, listenTime: 60, waitInterval: 0, snaplen: 0 };
      const manifest = await bed.campaign({ ...NODES, parameters });
      expect(
        manifest.session.reasons.map(({ class: kind, reason }) => [kind, /storage|disk full|space/.test(reason)]),
      ).toEqual([['resources', true]]);
      const [capture] = manifest.captures;
      expect(capture!.status).toBe('partial');
      // Not when the window was over.
      expect(capture!.endUs - capture!.startUs).toBeLessThan(60e6);
      expect(expectKept(manifest)).toBeGreaterThan(100);
      await bed.expectReleased();
    } finally {
      await bed.rehearsal.close();
      await bed.testbed.down();
      await filler;
      execFileSync('umount', [small]);
    }
  });

  test('the disk at home is full: the listener is held, and the files come home when there is room', async () => {
    await bed.up();
    const home = join(bed.workdir, 'home');
    mkdirSync(home);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', home]);
    try {
      const campaign = await bed.start(
        { ...NODES, parameters: { experimentRetries: 1, listenTime: 3, waitInterval: 0 } },
        {
          workdir: home,
          onEvent: (_site, { kind }) => {
            // Leaves room for the record, not for captures.
            if (kind === 'captureStarted')
              execFileSync('sh', ['-c', 'head -c 3500000 /dev/zero > "$1" || true', 'sh', join(home, 'filler')]);
          },
        },
      );
      const [held] = await campaign.done;
      expect([held!.session.state, held!.session.outcome]).toEqual(['holding', null]);
      rmSync(join(home, 'filler'));
      const testbed = openTestbed(`fabric:${bed.rehearsal.rc}`);
      const [manifest] = await resumeCampaign(['INDI'], 'sample', { testbed, workdir: home }).done;
      expect(manifest!.session.outcome).not.toBe('failed');
      const [archive] = readdirSync(join(home, 'INDI', 'latest_run')).filter((file) => file.endsWith('.tgz'));
      expect(archive).toBeDefined();
      await bed.expectReleased();
    } finally {
      execFileSync('umount', [home]);
    }
  });

  test("the user's slice is changed under us: what the user added stays, ours goes", async () => {
    await bed.up();
    let added: Promise<void> | undefined;
    const manifest = await bed.campaign(
      {
        ...NODES,
        parameters: { mode: 'single_user', experimentRetries: 2, listenTime: 2, waitInterval: 1 },
        sliceName: USERS_SLICE,
      },
      (_site, { kind }) => {
        if (kind === 'captureStarted') added ??= addNode('Theirs');
      },
    );
    await added;
    expectComplete(manifest);
    const [slice] = await bed.account.client.slices(USERS_SLICE);
    const { nodes } = readGraphml((await bed.account.client.slice(slice!.id, true)).model!);
    const machines = nodes.filter(({ properties }) => properties.get('Class') === 'NetworkNode');
    expect(machines.map(({ properties }) => properties.get('Name')).sort()).toEqual(['Node1', 'Node2', 'Theirs']);
    await bed.expectReleased('Theirs');
  });

  /** The user's own doing, by the user's own client. */
  async function addNode(name: string): Promise<void> {
    const { client } = bed.account;
    const [slice] = await client.slices(USERS_SLICE);
    const graph = readGraphml((await client.slice(slice!.id, true)).model!);
    const spec = { name, site: 'INDI', nicModel: 'ConnectX-6', cores: 1, ramGb: 1, diskGb: 1 };
    await client.modify(slice!.id, writeGraphml(addListener(graph, spec, randomUUID)));
  }

  test('a mirror that is asked for in the place of another of its name, and one changed in place', async () => {
    await bed.up();
    const run = openTestbed(`fabric:${bed.rehearsal.rc}`).run({ id: 'r1', slice: 'Twine r1', owner: 'run' });
    const NOTHING = { listeners: [], mirrors: [] };
    const nic = { name: 'pmnic_1', model: 'ConnectX-6', rateBytesPerSecond: 12.5e9 };
    const room = { cores: 2, ramGiB: 8, diskGiB: 10, image: 'default_ubuntu_22' };
    const listener = { name: 'node0', label: 'INDI_node0', site: 'INDI', ...room, nic, nicPorts: ['p1' as const] };
    const mirror = { name: 'm0', source: NODE_PORT, direction: 'both', listener: 'node0', nicPort: 'p1' } as const;
    expect(await run.change({ remove: NOTHING, add: { listeners: [listener], mirrors: [mirror] } })).toEqual([]);
    const { client } = bed.account;
    const [slice] = await client.slices('Twine r1');
    const model = async () => (await client.slice(slice!.id, true)).model!;
    // In place: taken, and nothing happens.
    const before = await model();
    expect(await client.modify(slice!.id, before.replaceAll(NODE_PORT, UPLINK))).toBe(0);
    expect(bed.rehearsal.stateOf('Twine r1')).toBe('StableOK');
    expect(readGraphml(await model()).nodes.flatMap(({ properties }) => properties.get('MirrorPort') ?? [])).toEqual([
      NODE_PORT,
    ]);
    // Ours is made anew, and read back.
    const turn = {
      remove: { listeners: [], mirrors: ['m0'] },
      add: { listeners: [], mirrors: [{ ...mirror, source: UPLINK }] },
    };
    expect(await run.change(turn)).toEqual([]);
    const { mirrors } = await bed.testbed.show();
    expect(mirrors.map(({ source }) => source)).toEqual([UPLINK]);

    // A card whose port has another address than the orchestrator says.
    const { nodes } = await bed.testbed.show();
    const node = nodes.find(({ name }) => name === 'node0')!;
    const device = node.nics[0]!.ports[0]!.interface;
    execFileSync('ip', ['-n', node.namespace, 'link', 'set', device, 'address', '02:de:ad:00:00:01']);
    const failure = await run.listener('node0').catch((error) => error.detail.failure);
    expect(failure.reason).toMatch(/node0 has no network device of MAC address/);
    await run.change({ remove: { listeners: ['node0'], mirrors: ['m0'] }, add: NOTHING });
    await bed.expectReleased();
  });

  test('a rehearsal that was killed: the next one on its testbed takes away what it has left', async () => {
    await bed.up();
    await bed.rehearsal.close();
    const account = join(bed.workdir, 'account');
    const argv = ['dist/cli.js', 'fabric', 'rehearse', '--testbed', bed.name, '--dir', account, '--step', '100ms'];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    await once(child.stdout, 'data');
    const run = openTestbed(`fabric:${join(account, 'fabric_rc')}`).run({ id: 'r1', slice: 'Twine r1', owner: 'run' });
    const nic = { name: 'pmnic_1', model: 'ConnectX-6', rateBytesPerSecond: 12.5e9 };
    const room = { cores: 2, ramGiB: 8, diskGiB: 10, image: 'default_ubuntu_22' };
    const listener = { name: 'node0', label: 'INDI_node0', site: 'INDI', ...room, nic, nicPorts: ['p1' as const] };
    const mirror = { name: 'm0', source: NODE_PORT, direction: 'both', listener: 'node0', nicPort: 'p1' } as const;
    await run.change({ remove: { listeners: [], mirrors: [] }, add: { listeners: [listener], mirrors: [mirror] } });
    // Two at a time would undo each other's.
    await expect(bed.rehearse()).rejects.toThrow(/another rehearsal has the testbed/);
    child.kill('SIGKILL');
    await exit;
    expect((await bed.testbed.show()).nodes.map(({ name }) => name)).toContain('node0');
    await bed.rehearse();
    await bed.expectReleased();
  });
});
