import type { InventoryInput, Listener, Mirror } from '../../twine/index.js';
import { run } from '../process/index.js';

/** Frames of one mirror since it was made, at every stage before the capture. */
export interface MirrorCounters {
  readonly mirroredPackets: number;
  readonly mirroredBytes: number;
  /** Dropped on the way out of the switch port the NIC hangs on. */
  readonly destinationDroppedPackets: number;
  /** Received by the NIC port. */
  readonly nicReceivedPackets: number;
}

/** How to reach a listener: where its files are and how to run something there. */
export interface ListenerAccess {
  readonly home: string;
  /** The operating system's names of its NIC ports. */
  readonly interfaces: Readonly<Record<string, string>>;
  /** The command line, run on this machine, that runs `argv` on the listener. */
  command(argv: readonly string[]): readonly string[];
  /** Brings its files here and says where; they may be here already. */
  fetch(): Promise<string>;
  /** Bytes free on its disk. */
  freeBytes(): Promise<number>;
}

/**
 * What a session needs of a testbed. Everything may be called again after a crash: adding what is
 * there replaces it, removing what is not there is well. Refusals are MOORING_ERR_TESTBED_REFUSED
 * with a failure class.
 */
export interface TestbedDriver {
  readonly kind: string;
  /** Where the testbed is found again, for `openTestbed`. */
  readonly name: string;
  inventory(): Promise<InventoryInput>;
  /** When a slice's lease ends (µs since the Unix epoch); undefined when it does not, or there is no such slice. */
  leaseEndUs(slice: string): Promise<number | undefined>;
  /** Moves a lease's end to `endUs` and reads back what came of it. An end before the present one is refused. */
  renewLease(slice: string, endUs: number): Promise<number>;
  /** Adds nodes to a slice; `create` makes the slice when there is none. */
  addListeners(sliceName: string, listeners: readonly Listener[], create: boolean): Promise<void>;
  removeListeners(names: readonly string[]): Promise<void>;
  listener(name: string): Promise<ListenerAccess>;
  /** Makes a mirror session; no frame is mirrored before `openMirrors`. */
  addMirror(mirror: Mirror): Promise<void>;
  removeMirrors(names: readonly string[]): Promise<void>;
  /** Lets frames through. A testbed that cannot hold them back has nothing to do here. */
  openMirrors(names: readonly string[]): Promise<void>;
  /** Holds frames back and waits until those under way have arrived. */
  closeMirrors(names: readonly string[]): Promise<void>;
  counters(name: string): Promise<MirrorCounters>;
}

/** Runs a command on a listener to its end. */
export async function runOn(access: ListenerAccess, argv: readonly string[]): Promise<string> {
  return await run(access.command(argv));
}

/** A kind of testbed: how one of it is found by its name. */
export interface TestbedKind {
  open(name: string): TestbedDriver;
}
