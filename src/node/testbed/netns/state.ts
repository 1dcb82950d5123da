import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../../base/index.js';
import type { MirrorDirection } from '../../../twine/index.js';
import { makeFolder, writeWholeFile } from '../../files/index.js';
import { sleep, tryLock } from '../../process/index.js';
import type { Topology } from './topology.js';

/** A testbed as it stands, kept in a file so that any process finds it. */
export interface TestbedState {
  readonly version: 1;
  readonly name: string;
  readonly prefix: string;
  readonly createdMs: number;
  readonly homes: string;
  readonly topology: Topology;
  classifier: 'matchall' | 'u32';
  sites: SiteState[];
  slices: SliceState[];
  nodes: NodeState[];
  networks: NetworkState[];
  mirrors: MirrorState[];
  /** Switch ports that rest after a mirror session, and until when. */
  resting: { site: string; port: string; untilMs: number }[];
  serial: number;
}

export interface SiteState {
  readonly name: string;
  readonly namespace: string;
  readonly uplinks: PortState[];
  readonly nics: NicState[];
}

export interface PortState {
  /** The switch's name of it. */
  readonly name: string;
  /** Its device in the switch's namespace. */
  readonly device: string;
  readonly rateBytesPerSecond?: number | undefined;
  /** What it leads to, for people. */
  readonly peer?: string;
}

export interface NicState {
  readonly model: string;
  readonly ports: readonly [PortState, PortState];
  /** The node that has it. */
  node?: string | undefined;
}

export interface SliceState {
  readonly name: string;
  /** The run that made it for its listeners; goes with the last of them. */
  readonly run?: string;
  leaseEndMs?: number | undefined;
}

/** A node of a testbed on this machine: a namespace with its interfaces. */
export interface NodeState {
  readonly name: string;
  readonly slice: string;
  readonly site: string;
  readonly namespace: string;
  readonly home: string;
  readonly cores: number;
  readonly ramGiB: number;
  readonly diskGiB: number;
  /** Added by a session of Twine rather than by the topology. */
  readonly listener: boolean;
  /** The run that added it. */
  readonly run?: string;
  readonly nics: readonly {
    readonly name: string;
    readonly model: string;
    readonly ports: readonly {
      readonly name: 'p1' | 'p2';
      readonly interface: string;
      readonly mac: string;
      readonly switchPort: string;
      readonly device: string;
      readonly address?: string | undefined;
    }[];
  }[];
}

export interface NetworkState {
  readonly name: string;
  readonly slice: string;
  readonly site: string;
  readonly type: 'FABNetv4' | 'L2Bridge';
  readonly bridge: string;
  /** First three numbers of a /24; its gateway is .1. FABNetv4 only. */
  readonly subnet?: string | undefined;
  hosts: number;
}

export interface MirrorState {
  readonly name: string;
  /** The run that made it. */
  readonly run: string;
  readonly site: string;
  readonly source: string;
  readonly direction: MirrorDirection;
  readonly node: string;
  readonly nicPort: string;
  readonly destination: string;
  /** Index of the tc action that counts for it. */
  readonly action: number;
  /** What NIC and switch port had counted before it was made. */
  readonly base: { readonly nicPackets: number; readonly droppedPackets: number };
}

/** Folder of testbed states; `MOORING_TESTBED_DIR` overrides it. */
export function stateFolder(): string {
  return process.env['MOORING_TESTBED_DIR'] ?? '/run/mooring/testbed';
}

/**
 * Names of the testbeds that are up on this machine.
 *
 * @example
 * ```ts
 * for (const name of listTestbeds()) console.log(name);
 * ```
 */
export function listTestbeds(): string[] {
  try {
    return readdirSync(stateFolder())
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -5))
      .sort();
  } catch {
    return [];
  }
}

export function readState(name: string): TestbedState | undefined {
  try {
    return JSON.parse(readFileSync(join(stateFolder(), `${name}.json`), 'utf8')) as TestbedState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** As {@link readState}, or MOORING_ERR_TESTBED_REFUSED saying what is up. */
export function requireState(name: string): TestbedState {
  const state = /^[a-z0-9_]+$/.test(name) ? readState(name) : undefined;
  if (state) return state;
  const up = listTestbeds().join(', ') || 'none';
  const reason = `there is no testbed ${name} (up: ${up}); make one with mooring testbed up`;
  throw new MooringError(ERROR.MOORING_ERR_TESTBED_REFUSED, reason, {
    failure: { class: 'configuration', scope: 'site', reason },
  });
}

export function writeState(state: TestbedState): void {
  writeWholeFile(join(stateFolder(), `${state.name}.json`), JSON.stringify(state, null, 1));
}

export function removeState(name: string): void {
  rmSync(join(stateFolder(), `${name}.json`), { force: true });
}

/** Runs `work` while no other process changes the testbed. */
export async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  makeFolder(stateFolder());
  const lock = join(stateFolder(), `${name}.lock`);
  const giveUpMs = Date.now() + 60_000;
  let release = tryLock(lock);
  while (!release) {
    if (Date.now() > giveUpMs) {
      throw new MooringError(ERROR.MOORING_ERR_TESTBED_REFUSED, `testbed ${name} is locked by another process`, {
        failure: { class: 'transient', scope: 'site', reason: `testbed ${name} is locked by another process` },
      });
    }
    await sleep(20);
    release = tryLock(lock);
  }
  try {
    return await work();
  } finally {
    release();
  }
}
