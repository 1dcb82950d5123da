import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findHelper, type IpcKind, isIpcKind, KINDS, Relay, requireHelper } from '../../../src/node/helper/index.js';
import { kindWords } from '../../../src/node/helper/kinds.js';

const here = findHelper().program !== undefined;
const root = process.getuid?.() === 0;
if (!here) console.log('test/node/helper/kinds: skipped, the helper is not built here');

const kinds = Object.keys(KINDS) as IpcKind[];
const every = {
  path: '/tmp/ccp/x',
  group: 7,
  userPeers: true,
  socketMode: 0o660,
  directoryMode: 0o750,
  receiveBufferBytes: 65_536,
  sendBufferBytes: 65_536,
  route: 'default,10.0.0.0/24',
  cgroup: '/sys/fs/cgroup/x',
  allFlows: true,
  netns: 'x',
  ports: '80,5000-5010',
  ssh: true,
  name: 'mine',
  fallback: 'reno',
  fallbackUs: 100_000,
  flows: 16,
  coalesceUs: 500,
  program: '/usr/bin/true',
};

describe.skipIf(!here)('kinds of endpoint', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-kinds-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(kinds)('%s is opened with words that the helper knows', (kind) => {
    const words = kindWords(kind, every);
    expect(words.length).toBeGreaterThan(0);
    // Words that it does not know, or values out of range, are told before the help is reached.
    const { status, stderr } = spawnSync(requireHelper(), ['open', kind, ...words, '--help'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('are told from other names', () => {
    expect(kinds.map((kind) => isIpcKind(kind))).toEqual(kinds.map(() => true));
    expect(['pipe', '', 'toString', undefined].map((name) => isIpcKind(name))).toEqual([false, false, false, false]);
    expect(new Set(kinds.map((kind) => KINDS[kind].number)).size).toBe(kinds.length);
  });

  it.each([
    ['unix', 'listener'],
    ['netlink', undefined],
    ['char', 'device'],
  ] as const)('%s carries what its row says, as the helper has it', async (kind, file) => {
    if (kind === 'netlink' && !root)
      return console.log('test/node/helper/kinds: netlink skipped, its group needs root');
    const path = file && join(folder, file);
    if (kind === 'char') execFileSync('mkfifo', [path!]);
    await using relay = await Relay.start(kind, { onMessage: () => {} }, path === undefined ? {} : { path });
    expect(relay.maxMessageBytes).toBe(KINDS[kind].maxMessageBytes);
    expect(relay.place).toBe(path ?? kind);
  });
});
