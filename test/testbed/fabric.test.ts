import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Faults, NO_FAULTS, readFaults, readGraphml } from '../../src/fabric/index.js';
import { type FabricAccount, readAccount } from '../../src/node/fabric/index.js';
import { type Rehearsal, rehearse } from '../../src/node/rehearsal/index.js';
import { buildTestbed, type LocalTestbed, openTestbed } from '../../src/node/testbed/index.js';
import { runCampaign } from '../../src/node/twine/index.js';
import { accountLoss, type IntentInput, type Manifest, planCampaign } from '../../src/twine/public.js';
import {
  expectNothingLeft,
  inNode,
  pingTopology,
  readFrames,
  removeScratch,
  scratch,
  skip,
  type Traces,
  traces,
  uniqueName,
  unpackRun,
} from './support.js';

const exec = promisify(execFile);
const SSHD = '/usr/sbin/sshd';
const withoutSshd = !existsSync(SSHD);
if (withoutSshd) console.log(`testbed: rehearsals of FABRIC skipped, needs ${SSHD} (Debian: openssh-server)`);

const USERS_SLICE = 'Traffic Generator Slice9';
const UPLINK = 'HundredGigE0/0/0/0';
const NODE_PORT = 'HundredGigE0/0/0/5';

/** Longer than anything takes that comes at all. */
const PATIENCE = { timeout: 60_000 };

/** Two ports take turns on one NIC port. */
const IN_TURNS: IntentInput = {
  targets: [{ site: 'INDI', ports: [UPLINK, NODE_PORT], maxNicPorts: 1 }],
  parameters: { experimentRetries: 2, listenTime: 1, waitInterval: 0 },
  rotationInterval: 1,
};

afterAll(removeScratch);

describe.skipIf(skip || withoutSshd)("a campaign with FABRIC's API", () => {
  let name: string;
  let before: Traces;
  let workdir: string;
  let testbed: LocalTestbed;
  let rehearsal: Rehearsal;
  let account: FabricAccount;
  let traffic: Promise<string>;

  beforeEach(() => {
    name = uniqueName();
    before = traces(name);
    workdir = scratch();
    process.env['XDG_STATE_HOME'] = join(workdir, 'state');
  });

  afterEach(async () => {
    delete process.env['XDG_STATE_HOME'];
    await rehearsal?.close();
    await testbed.down();
    await traffic;
    await expectNothingLeft(name, before);
  });

  async function up(faults: Faults = NO_FAULTS): Promise<void> {
    const { sites, ...rest } = pingTopology(name);
    const more = { name: 'MAX', nics: [...sites[1]!.nics!, { model: 'ConnectX_6', count: 1 }] };
    testbed = await buildTestbed({ ...rest, sites: [sites[0]!, more] });
    rehearsal = await rehearse({ testbed: name, folder: join(workdir, 'account'), port: 0, stepMs: 100, faults });
    account = readAccount(rehearsal.rc);
    await expect.poll(async () => (await account.client.slices(USERS_SLICE))[0]?.state, PATIENCE).toBe('StableOK');
    const target = (await testbed.show()).nodes[1]!.nics[0]!.ports[0]!.address!;
    // Echoes until the testbed goes down.
    traffic = inNode(name, 'Node1', ['ping', '-q', '-i', '0.05', '-c', '6000', target]).catch(() => '');
  }

  async function campaign(intent: IntentInput): Promise<Manifest[]> {
    const driver = openTestbed(`fabric:${rehearsal.rc}`);
    const result = planCampaign(await driver.inventory(), intent);
    if (!result.ok) throw new Error(JSON.stringify(result.refusals));
    return [...(await runCampaign(result.plan, { testbed: driver, workdir }).done)];
  }

  /** Files are home, each holds what the manifest says, and what nobody could count is not called 0. */
  function expectHome({ site, captures, session }: Manifest, files: number): void {
    expect([session.outcome, session.reasons]).toEqual(['completed', []]);
    expect(captures.length).toBe(files);
    const unpacked = unpackRun(workdir, site);
    for (const {
      label,
      files: [file],
      counters,
    } of captures) {
      const frames = readFrames(join(unpacked[label]!, file!));
      expect(frames.filter(({ icmp }) => icmp !== undefined).length).toBeGreaterThan(5);
      expect(counters).toMatchObject({ mirroredPackets: null, nicReceivedPackets: null, filePackets: frames.length });
    }
    const loss = accountLoss(captures.map(({ counters }) => counters!));
    expect(loss).toMatchObject({ lostPackets: null, lostShare: null, ringDroppedPackets: 0, brokenCounts: 0 });
  }

  /** Ports were read each two seconds: at least around the first capture it is known what they counted. */
  function expectOctets({ captures }: Manifest): void {
    const [first] = captures;
    const { in: into, out } = first!.portOctets!;
    expect(into!.fromUs).toBeLessThanOrEqual(first!.startUs);
    expect(into!.toUs).toBeGreaterThanOrEqual(first!.endUs);
    // An echo has 98 octets of Ethernet, and whatever was mirrored crossed the port.
    expect(into!.octets + out!.octets).toBeGreaterThanOrEqual(5 * 98);
    expect(captures.every(({ portOctets }) => portOctets !== undefined)).toBe(true);
  }

  async function expectReleased(): Promise<void> {
    expect((await account.client.slices()).map((slice) => slice.name)).toEqual([USERS_SLICE]);
    await expect
      .poll(async () => {
        const { nodes, mirrors } = await testbed.show();
        return [nodes.map((node) => node.name), mirrors];
      }, PATIENCE)
      .toEqual([['Node1', 'Node2'], []]);
  }

  test('two sites, two ports in turns on one NIC port: real packets, files home over SSH, nothing left', async () => {
    await up();
    const manifests = await campaign({
      targets: [
        { site: 'INDI', ports: [UPLINK, NODE_PORT], maxNicPorts: 1 },
        { site: 'MAX', ports: ['HundredGigE0/0/0/1'] },
      ],
      parameters: { experimentRetries: 2, listenTime: 2, waitInterval: 0 },
      rotationInterval: 1,
    });
    for (const manifest of manifests) {
      expectHome(manifest, 2);
      expectOctets(manifest);
    }
    const [indi] = manifests;
    expect(new Set(indi!.captures.map(({ source }) => source))).toEqual(new Set([UPLINK, NODE_PORT]));
    await expectReleased();
  });

  test('the account of a rehearsal serves the other verbs as it is, and its token is nobody else’s to read', async () => {
    await up();
    const { stdout, stderr } = await exec(process.execPath, ['dist/cli.js', 'fabric', 'slices', '--rc', rehearsal.rc]);
    expect([stdout, stderr]).toEqual([expect.stringContaining(USERS_SLICE), '']);
    const check = ['dist/cli.js', 'fabric', 'check', '--rc', rehearsal.rc, '--online'];
    expect((await exec(process.execPath, check)).stdout).toBe('nothing stands against it\n');
    // The bastion's key becomes another, which nobody knows.
    await exec('sh', ['-c', 'rm fabric_bastion_key* && ssh-keygen -q -t ed25519 -N "" -f fabric_bastion_key'], {
      cwd: join(workdir, 'account'),
    });
    const { stdout: told, code } = await exec(process.execPath, [...check, '--json']).catch((error) => error);
    const said = (JSON.parse(told) as { subject: string; message: string }[]).map(({ message }) => message);
    expect([code, said]).toEqual([
      1,
      [
        expect.stringMatching(/does not take keys of the type ssh-ed25519/),
        expect.stringMatching(/the portal does not know/),
        expect.stringMatching(/is not let in: .*Permission denied/s),
      ],
    ]);
  });

  test('ports are chosen by what they carry', async () => {
    await up();
    const driver = openTestbed(`fabric:${rehearsal.rc}`);
    const loads = async () => {
      const { sites } = await driver.inventory();
      return new Map(sites[0]!.ports!.map((port) => [port.name, port.loadBytesPerSecond ?? 0]));
    };
    // Echoes go out of the node and over the uplink.
    await expect.poll(async () => (await loads()).get(NODE_PORT), PATIENCE).toBeGreaterThan(100);
    expect((await loads()).get(UPLINK)).toBeGreaterThan(100);
    const result = planCampaign(await driver.inventory(), { targets: [{ site: 'INDI', maxNicPorts: 1 }] });
    if (!result.ok) throw new Error(JSON.stringify(result.refusals));
    const [first, second] = result.plan.sites[0]!.basis.ports;
    expect(new Set([first!.name, second!.name])).toEqual(new Set([UPLINK, NODE_PORT]));
    expect(first!.loadBytesPerSecond).toBeGreaterThanOrEqual(second!.loadBytesPerSecond!);
  });

  test('single user: a listener in a running slice, whose own nodes are what they were, to the letter', async () => {
    await up();
    const own = async () => {
      const [slice] = await account.client.slices(USERS_SLICE);
      const { nodes } = readGraphml((await account.client.slice(slice!.id, true)).model!);
      return nodes.map(({ properties }) => Object.fromEntries([...properties].filter(([key]) => key !== 'GraphID')));
    };
    const users = await own();
    const [manifest] = await campaign({
      targets: [{ site: 'INDI', ports: [NODE_PORT] }],
      parameters: { mode: 'single_user', experimentRetries: 1, listenTime: 2, waitInterval: 0 },
      sliceName: USERS_SLICE,
    });
    expectHome(manifest!, 1);
    expect(await own()).toEqual(users);
    await expectReleased();
  });

  test('answers lost after they were carried out: the slice is found and adopted, nothing is asked for twice', async () => {
    const lost = (method: string, path: string) => ({ method, path, status: 504, carriedOut: true });
    const answers = [lost('POST', '/slices/creates'), lost('PUT', '/slices/modify'), lost('DELETE', '/slices/delete')];
    await up(readFaults({ answers }));
    const [manifest] = await campaign(IN_TURNS);
    expectHome(manifest!, 2);
    const log = readFileSync(join(workdir, 'INDI', 'latest_run', 'startup_log.txt'), 'utf8');
    expect(log).not.toContain('Exception');
    await expectReleased();
  });

  test('a mirror that its switch refuses: the other port is captured, the reason is in the record', async () => {
    await up(
      readFaults({ failures: { 'INDI_INDI_node0_pmservice1*': 'SPAN: multiple attachments of a traffic class' } }),
    );
    const [manifest] = await campaign(IN_TURNS);
    expect(manifest!.session.outcome).toBe('degraded');
    expect(JSON.stringify(manifest!.session.reasons)).toContain('the port is mirrored by somebody already');
    await expectReleased();
  });

  // Where the run is when it is killed: by the session's event after which it is.
  test.each([
    ['its slice is being made', '(begin)', 300],
    ['its listener is being prepared', '(requested)', 100],
    ['it captures', '(captureStarted)', 500],
    ['its mirror is being moved', '(captureStarted)', 2500],
    ['its files are on their way', '(drained)', 50],
    ['its slice is being given back', '(gathered)', 0],
  ])('kill -9 while %s, and resume: nothing is lost, nothing is left, one slice was made', async (_, after, waitMs) => {
    await up();
    const { child, said } = await runUntil(after, waitMs);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    const resume = ['dist/cli.js', 'twine', 'resume', '--workdir', workdir, '--json'];
    const { stdout, stderr } = await exec(process.execPath, resume, { maxBuffer: 1 << 26 }).catch((error) => {
      throw new Error(`${said()}\n${error.stderr}`);
    });
    const [manifest] = JSON.parse(stdout) as Manifest[];
    expect([manifest!.session.outcome, stderr]).toEqual(['completed', expect.any(String)]);
    const unpacked = unpackRun(workdir, 'INDI');
    for (const { label, files, counters } of manifest!.captures) {
      const frames = files.flatMap((file) => readFrames(join(unpacked[label]!, file)));
      expect([files, counters?.filePackets]).toEqual([files, frames.length]);
    }
    expect(new Set(manifest!.captures.map(({ source }) => source))).toEqual(new Set([UPLINK, NODE_PORT]));
    await expectReleased();
    // Those that are gone are listed as well.
    expect(rehearsal.sliceNames().filter((slice) => slice !== USERS_SLICE).length).toBe(1);
  });

  /** `mooring twine run` as a process of its own, until some time after it has said a word. */
  async function runUntil(word: string, waitMs: number): Promise<{ child: ChildProcess; said: () => string }> {
    const intent = join(workdir, 'intent.json');
    writeFileSync(intent, JSON.stringify(IN_TURNS));
    const where = ['--testbed', `fabric:${rehearsal.rc}`, '--workdir', workdir];
    const argv = ['dist/cli.js', 'twine', 'run', ...where, '--intent', intent];
    const { env } = process;
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr!.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes(word)) setTimeout(resolve, waitMs);
      });
      child.on('exit', () => reject(new Error(said)));
    });
    return { child, said: () => said };
  }
});
