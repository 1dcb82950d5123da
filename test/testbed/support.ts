import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { findHelper } from '../../src/node/helper/index.js';
import type { TopologyInput } from '../../src/node/testbed/index.js';
import type { CaptureName } from '../../src/node/twine/index.js';
import type { Manifest } from '../../src/twine/public.js';

/** Why no testbed can be built here, or '' when one can. */
export function whyNot(): string {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'needs root: namespaces and mirrors are made';
  const missing = ['ip', 'tc', 'ethtool', 'tcpdump', 'ping', 'cc', 'tar'].filter(
    (tool) => spawnSync('which', [tool]).status !== 0,
  );
  if (missing.length > 0) return `needs ${missing.join(', ')} (Debian: scripts/ci-tools.sh installs them)`;
  return '';
}

/** Skips with one line that says why, when this machine cannot run the suite. */
export const reason = whyNot();
export const skip = reason !== '';
if (skip) console.log(`testbed: skipped, ${reason}`);

/** The ways to capture that are here: tcpdump, and the helper where it is built. */
export function captureMethods(): CaptureName[] {
  const { program } = findHelper();
  if (program === undefined) console.log('testbed: the helper is not built; tcpdump alone captures');
  return program === undefined ? ['tcpdump'] : ['tcpdump', 'helper'];
}

/** A name no other run uses. */
export function uniqueName(): string {
  serial += 1;
  return `t${process.pid}_${serial}`;
}
let serial = 0;

/** A folder of this run alone. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-testbed-'));
  folders.push(folder);
  return folder;
}
const folders: string[] = [];

/** What a run must leave as it found it. */
export interface Traces {
  readonly namespaces: readonly string[];
  readonly processes: readonly string[];
  readonly queues: string;
}

/** Everything on this machine that carries `name`, and the queues outside namespaces. */
export function traces(name: string): Traces {
  const lines = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n');
  return {
    namespaces: lines.filter((line) => line.includes(`mrg-${name}-`)),
    processes: readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
      .flatMap((pid) => {
        try {
          return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
        } catch {
          return [];
        }
      })
      .filter((line) => line.includes(name)),
    queues: execFileSync('tc', ['qdisc', 'show'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => !isOthers(line, name))
      .join('\n'),
  };
}

/** Whether a queue is that of another rehearsal's way into its bastion, which comes and goes meanwhile. */
function isOthers(line: string, name: string): boolean {
  const own = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return / dev mrgb/.test(line) && !line.includes(` dev mrgb${own}`);
}

/**
 * As it was: nothing of `name` is left. A process that has said its last word may still be on its
 * way out. Other runs may make and remove theirs meanwhile.
 */
export async function expectNothingLeft(name: string, before: Traces): Promise<void> {
  await vi.waitFor(() => expect(traces(name)).toEqual({ ...before, namespaces: [], processes: [] }), {
    timeout: 10_000,
  });
}

/** Two sites, an L3 network between them, two nodes, a slice: the seed's single-user experiment. */
export function pingTopology(name: string, more: Partial<TopologyInput> = {}): TopologyInput {
  return {
    name,
    sites: [
      {
        name: 'INDI',
        nics: [
          { model: 'ConnectX_6', count: 2 },
          { model: 'ConnectX_5', count: 2, ports: ['HundredGigE0/0/0/5', 'HundredGigE0/0/0/6'] },
        ],
      },
      { name: 'MAX', nics: [{ model: 'ConnectX_5', count: 1, ports: ['HundredGigE0/0/0/5'] }] },
    ],
    uplinks: [{ sites: ['INDI', 'MAX'], ports: ['HundredGigE0/0/0/0', 'HundredGigE0/0/0/1'] }],
    slices: [
      {
        name: 'Traffic Generator Slice9',
        networks: [
          { name: 'net1', site: 'INDI' },
          { name: 'net2', site: 'MAX' },
        ],
        nodes: [
          { name: 'Node1', site: 'INDI', nics: [{ networks: ['net1'] }] },
          { name: 'Node2', site: 'MAX', nics: [{ networks: ['net2'] }] },
        ],
      },
    ],
    ...more,
  };
}

/** Runs a command in a node of testbed `name`; resolves with what it printed. */
export async function inNode(name: string, node: string, argv: readonly string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    execFile('ip', ['netns', 'exec', `mrg-${name}-${node}`, ...argv], (error, stdout, stderr) => {
      if (error) reject(new Error(`${argv.join(' ')}: ${stderr || error.message}`));
      else resolve(stdout);
    });
  });
}

/** The datagram sender, built once. */
export function blast(): string {
  const binary = 'out/test-blast';
  mkdirSync('out', { recursive: true });
  if (!existsSync(binary) || statSync(binary).mtimeMs < statSync('test/testbed/blast.c').mtimeMs) {
    execFileSync('cc', ['-O2', '-o', binary, 'test/testbed/blast.c']);
  }
  return binary;
}

/** Unpacks a run's listeners with the system's tar: listener label → folder. */
export function unpackRun(workdir: string, site: string): Record<string, string> {
  const latest = join(workdir, site, 'latest_run');
  const [tgz] = readdirSync(latest).filter((file) => file.endsWith('.tgz'));
  const target = scratch();
  execFileSync('tar', ['-xzf', join(latest, tgz!), '-C', target]);
  const run = join(target, tgz!.slice(0, -4));
  const folders: Record<string, string> = {};
  for (const file of readdirSync(run).filter((name) => name.endsWith('_packet_trace.tgz'))) {
    const label = file.slice(0, -'_packet_trace.tgz'.length);
    folders[label] = join(run, label);
    mkdirSync(folders[label]);
    execFileSync('tar', ['-xzf', join(run, file), '-C', folders[label]]);
  }
  return folders;
}

/** A manifest of a site's latest run. */
export function latestManifest(workdir: string, site: string): Manifest {
  return JSON.parse(readFileSync(join(workdir, site, 'latest_run', 'manifest.json'), 'utf8')) as Manifest;
}

/** One frame of a capture, as far as these tests look. */
export interface Frame {
  readonly timeUs: number;
  readonly source?: string | undefined;
  readonly target?: string | undefined;
  /** UDP destination port. */
  readonly udp?: number | undefined;
  /** 8 an echo request, 0 its reply. */
  readonly icmp?: number | undefined;
}

/** Reads the whole records of a little-endian pcap of Ethernet frames. */
export function readFrames(file: string): Frame[] {
  const bytes = readFileSync(file);
  const frames: Frame[] = [];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const timeUs = bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4);
    const length = bytes.readUInt32LE(at + 8);
    const frame = bytes.subarray(at + 16, at + 16 + length);
    if (frame.length < length) break;
    at += 16 + length;
    if (frame.length < 34 || frame.readUInt16BE(12) !== 0x0800) {
      frames.push({ timeUs });
      continue;
    }
    const payload = 14 + 4 * (frame[14]! & 15);
    frames.push({
      timeUs,
      source: frame.subarray(26, 30).join('.'),
      target: frame.subarray(30, 34).join('.'),
      udp: frame[23] === 17 ? frame.readUInt16BE(payload + 2) : undefined,
      icmp: frame[23] === 1 ? frame[payload] : undefined,
    });
  }
  return frames;
}

/** Removes every scratch folder of this file. */
export function removeScratch(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
