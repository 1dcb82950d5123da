import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type FailedMirror,
  fetchFile,
  type ListenerAccess,
  type ListenerProcess,
  type RunScope,
  type TestbedChange,
  type TestbedDriver,
  type TestbedKind,
  type TestbedRun,
} from '../../../src/node/testbed/index.js';
import { type InventoryInput, type MirrorCounters, sessionLimits } from '../../../src/twine/index.js';

/** Frames in every capture of it. */
export const FRAMES = 3;

/**
 * A testbed of nothing but memory, whose listeners are on no machine: files are in a map, processes have
 * numbers that no process table knows, and what happens at a mirror nobody counts.
 */
export class MemoryTestbed implements TestbedDriver {
  readonly kind = 'memory';
  readonly reference: string;
  readonly limits = sessionLimits({ setupS: 0, rotationS: 0 });
  readonly helper = undefined;
  /** Every request that was made, in order. */
  readonly changes: TestbedChange[] = [];
  /** Mirrors that are up: name → run. */
  readonly mirrors = new Map<string, string>();
  readonly nodes = new Map<string, MemoryListener>();
  /** How many bytes of a file come before its transfer breaks off, once. */
  breaksAfterBytes: number | undefined;

  constructor(name: string) {
    this.reference = `memory:${name}`;
  }

  requireAccess(): void {}

  async inventory(): Promise<InventoryInput> {
    const ports = [0, 1, 2].map((number) => ({ name: `HundredGigE0/0/0/${number}` }));
    return {
      sites: [{ name: 'INDI', nics: [{ model: 'ConnectX_6', available: 1 }], ports }],
      timing: { setupS: 0, rotationS: 0 },
    };
  }

  async leaseEndUs(): Promise<undefined> {
    return undefined;
  }

  async renewLease(_: string, endUs: number): Promise<number> {
    return endUs;
  }

  run({ id }: RunScope): TestbedRun {
    return {
      change: async (change) => this.#change(id, change),
      listener: async (name) => this.nodes.get(name)!.access(),
      openMirrors: async () => undefined,
      closeMirrors: async () => undefined,
      counters: async (): Promise<MirrorCounters> => ({
        mirroredPackets: null,
        destinationDroppedPackets: null,
        nicReceivedPackets: null,
      }),
    };
  }

  #change(run: string, change: TestbedChange): FailedMirror[] {
    this.changes.push(change);
    for (const name of change.remove.mirrors) if (this.mirrors.get(name) === run) this.mirrors.delete(name);
    for (const name of change.remove.listeners) this.nodes.delete(name);
    for (const { name } of change.add.listeners) this.nodes.set(name, new MemoryListener(name, this));
    for (const { name } of change.add.mirrors) this.mirrors.set(name, run);
    return [];
  }
}

class MemoryListener {
  readonly #name: string;
  readonly #testbed: MemoryTestbed;
  readonly #files = new Map<string, Buffer>();
  readonly #running = new Map<number, { path: string; logs: string; ended: () => void }>();
  #pids = 4_000_000;

  constructor(name: string, testbed: MemoryTestbed) {
    this.#name = name;
    this.#testbed = testbed;
  }

  access(): ListenerAccess {
    const said = (logs: string, name: string): string => this.#files.get(`${logs}/${name}.log`)?.toString() ?? '';
    return {
      home: '/nowhere',
      interfaces: { p1: 'ens1', p2: 'ens2' },
      limits: { startS: 5, endS: 5, pollS: 0.01 },
      run: async () => '',
      write: async (path, text) => void this.#files.set(path, Buffer.from(text)),
      start: async (argv, logs) => this.#start(argv, logs),
      isAlive: async ({ pid }) => this.#running.has(pid),
      end: async ({ pid }) => this.#end(pid),
      said: async (logs) => ({ stdout: said(logs, 'stdout'), stderr: said(logs, 'stderr') }),
      files: async () => [...this.#files].sort().map(([path, { length: bytes }]) => ({ path, bytes })),
      fetch: async (path, target, onBytes) => await fetchFile(this.#source(path), target, onBytes),
      freeBytes: async () => Number.MAX_SAFE_INTEGER,
    };
  }

  #start(argv: readonly string[], logs: string): ListenerProcess {
    const pid = this.#pids++;
    const path = argv[argv.indexOf('-w') + 1]!.replace('/nowhere/', '');
    this.#files.set(`${logs}/stderr.log`, Buffer.from('listening on ens1\n'));
    const ended = new Promise<void>((settle) => this.#running.set(pid, { path, logs, ended: settle }));
    return { record: { pid, startTicks: 1 }, ended };
  }

  #end(pid: number): boolean {
    const { path, logs, ended } = this.#running.get(pid)!;
    this.#running.delete(pid);
    this.#files.set(path, pcap());
    this.#files.set(`${logs}/stderr.log`, Buffer.from(`listening on ens1\n${FRAMES} packets captured\n`));
    ended();
    return true;
  }

  #source(path: string) {
    const bytes = this.#files.get(path)!;
    const testbed = this.#testbed;
    return {
      name: `${this.#name}:${path}`,
      bytes: bytes.length,
      read: (fromByte: number) => {
        const breaksAfter = path.endsWith('.pcap') ? testbed.breaksAfterBytes : undefined;
        if (breaksAfter === undefined) return Readable.from([bytes.subarray(fromByte)]);
        testbed.breaksAfterBytes = undefined;
        return Readable.from(brokenOff(bytes.subarray(fromByte, breaksAfter)));
      },
      sha256: async () => createHash('sha256').update(bytes).digest('hex'),
    };
  }
}

function* brokenOff(bytes: Buffer): Generator<Buffer> {
  yield bytes;
  throw new Error('the connection was lost');
}

function pcap(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  const record = Buffer.alloc(16 + 60);
  record.writeUInt32LE(60, 8);
  return Buffer.concat([header, ...Array.from({ length: FRAMES }, () => record)]);
}

/** The row of a table of kinds; one testbed whatever its name. */
export function memoryKind(testbed: MemoryTestbed): TestbedKind {
  return { open: () => testbed };
}
