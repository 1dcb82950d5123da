import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import {
  addListener,
  addMirror,
  addNetwork,
  EMPTY_SLICE,
  readGraphml,
  removeMirror,
  writeGraphml,
} from '../../src/fabric/index.js';
import { fabricPython } from './fabric/python.js';

const exec = promisify(execFile);
const installed = fabricPython();
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
if (typeof installed === 'string') console.log(`interop: FABRIC's own parts skipped, ${installed}`);
else if (!isRoot) console.log("interop: FABRIC's client skipped, needs root: it finds its hosts in a namespace");
const parts = typeof installed === 'string' ? { python: '', authorities: '' } : installed;

const folder = mkdtempSync(join(tmpdir(), 'mooring-fablib-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOSTS = ['orchestrator', 'cm', 'uis', 'bastion', 'artifacts', 'ceph-mgr', 'infrastructure-metrics'];

describe.skipIf(typeof installed === 'string' || !isRoot)("FABRIC's official client, as it is", () => {
  test('creates a slice with a mirror, lists, reads a port, removes and adds the mirror, renews, deletes', async () => {
    const namespace = `mrg-fablib-${process.pid}`;
    const etc = join('/etc/netns', namespace);
    mkdirSync(etc, { recursive: true });
    const named = HOSTS.map((host) => `127.0.0.1 ${host}.fabric-testbed.net\n`).join('');
    writeFileSync(join(etc, 'hosts'), `127.0.0.1 localhost\n${named}`);
    execFileSync('ip', ['netns', 'add', namespace]);
    const account = join(folder, 'account');
    const rehearsing = [
      'dist/cli.js',
      'fabric',
      'rehearse',
      '--port',
      '443',
      '--dir',
      account,
      '--tls',
      '--step',
      '300ms',
    ];
    try {
      execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
      const inside = ['netns', 'exec', namespace];
      const server = spawn('ip', [...inside, process.execPath, ...rehearsing], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exit = once(server, 'exit');
      try {
        await Promise.race([
          once(server.stdout, 'data'),
          exit.then(() => Promise.reject(new Error('the rehearsal did not begin'))),
        ]);
        const bundle = join(folder, 'authorities.pem');
        writeFileSync(
          bundle,
          readFileSync(parts.authorities, 'utf8') + readFileSync(join(account, 'cert.pem'), 'utf8'),
        );
        const project = /PROJECT_ID='(.*)'/.exec(readFileSync(join(account, 'fabric_rc'), 'utf8'))![1]!;
        // In the mount namespace that comes with the command: nothing of the client is changed.
        const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
        const client = [parts.python, 'test/interop/fabric/session.py', account, project];
        const argv = [...inside, 'sh', '-c', script, 'sh', bundle, parts.authorities, ...client];
        const env = { ...process.env, REQUESTS_CA_BUNDLE: bundle, HOME: folder };
        const { stdout } = await exec('ip', argv, { env, timeout: 240_000 });
        const steps = stdout
          .split('\n')
          .flatMap((line) => (line.startsWith('step ') ? [JSON.parse(line.slice(5))] : []));
        const state = 'StableOK';
        expect(steps).toEqual([
          { step: 'list', slices: [] },
          { step: 'sites', sites: ['INDI', 'MASS'] },
          { step: 'create', state, mirrors: ['pm0'], address: '2001:db8::1' },
          { step: 'port', peer: expect.stringMatching(/^HundredGigE0\/0\/0\/\d$/), mac: expect.stringMatching(/^02:/) },
          { step: 'remove', state, mirrors: [] },
          { step: 'add', state, mirrors: ['pm1'] },
          { step: 'renew', state, end: expect.stringMatching(/ \+0000$/) },
          { step: 'delete', left: [] },
        ]);
        // The client asks for whole days less a moment, and rounds down.
        const days = (Date.parse(steps[6].end.replace(' +0000', 'Z').replace(' ', 'T')) - Date.now()) / 86_400_000;
        expect(days).toBeGreaterThan(1.9);
        expect(days).toBeLessThan(3.1);
      } finally {
        server.kill();
        await exit;
      }
    } finally {
      execFileSync('ip', ['netns', 'del', namespace]);
      rmSync(etc, { recursive: true });
    }
  });
});

describe.skipIf(typeof installed === 'string')("FABRIC's information model on our graphs", () => {
  const MIRROR = {
    name: 'pm0',
    site: 'INDI',
    source: 'HundredGigE0/0/0/5',
    direction: 'RX_Only',
    receiver: 'lis0-nic1-p1',
  } as const;
  const one = addListener(EMPTY_SLICE, { name: 'lis0', site: 'INDI', nicModel: 'ConnectX-6' }, randomUUID);
  const two = addListener(one, { name: 'lis1', site: 'MASS', nicModel: 'ConnectX-5' }, randomUUID);
  const mirrored = addMirror(two, MIRROR, randomUUID);
  const networked = addNetwork(mirrored, { name: 'net1', site: 'MASS', ports: ['lis1-nic1-p2'] }, randomUUID);

  test('it takes what is written, and what it writes is read as the same graph', async () => {
    const graphs = [one, two, mirrored, networked, removeMirror(networked, 'pm0')];
    const asked = exec(parts.python, ['test/interop/fabric/judge.py'], { maxBuffer: 1 << 26 });
    asked.child.stdin!.end(graphs.map((graph) => `${JSON.stringify({ graphml: writeGraphml(graph) })}\n`).join(''));
    const told = (await asked).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told.map(({ refused }) => refused)).toEqual(graphs.map(() => undefined));
    expect(told[2].mirrors).toEqual({ pm0: ['HundredGigE0/0/0/5', 'RX_Only'] });
    expect(told[4]).toMatchObject({ nodes: ['lis0', 'lis1'], mirrors: {} });
    for (const [at, graph] of graphs.entries()) {
      const back = readGraphml(told[at].graphml);
      const ids = ({ nodes }: typeof graph) => nodes.map(({ properties }) => String(properties.get('NodeID'))).sort();
      expect([ids(back), back.edges.length]).toEqual([ids(graph), graph.edges.length]);
    }
  });
});
