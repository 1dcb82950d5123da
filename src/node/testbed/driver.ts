import type {
  Failure,
  InventoryInput,
  Listener,
  Mirror,
  MirrorCounters,
  MirrorState,
  PortReadings,
  SessionLimits,
} from '../../twine/index.js';
import type { ListenerAccess } from './listener.js';

/** A kind of testbed: how one of it is found by its name. */
export interface TestbedKind {
  open(name: string): TestbedDriver;
}

/** A testbed as sessions of Twine use it. Refusals are MOORING_ERR_TESTBED_REFUSED with a failure class. */
export interface TestbedDriver {
  readonly kind: string;
  /** Where the testbed is found again: what `openTestbed` takes. */
  readonly reference: string;
  /** How long a session waits for its answers. */
  readonly limits: SessionLimits;
  /** The helper's program on its listeners; undefined when they have none. */
  readonly helper: string | undefined;
  /** Refuses when this process may not change the testbed; asked before a run is begun. */
  requireAccess(): void;
  inventory(): Promise<InventoryInput>;
  /** When a slice's lease ends (µs since the Unix epoch); undefined when it does not, or there is no such slice. */
  leaseEndUs(slice: string): Promise<number | undefined>;
  /** Moves a lease's end to `endUs` and reads back what came of it. An end before the present one is refused. */
  renewLease(slice: string, endUs: number): Promise<number>;
  /**
   * What was read of the octet counters of switch ports around a time, by port; not there where captures have counters of
   * their own. A port nobody has read is left out or has no readings; it throws nothing.
   */
  portReadings?(
    site: string,
    ports: readonly string[],
    fromUs: number,
    toUs: number,
  ): Promise<ReadonlyMap<string, PortReadings>>;
  /** The testbed as one run may use it. */
  run(scope: RunScope): TestbedRun;
}

/** A run: its id is kept with whatever it makes, and nothing without that id is ever replaced or removed. */
export interface RunScope {
  readonly id: string;
  readonly slice: string;
  /** Whose slice it is: the run's own, made with the first listener and gone with the last, or a user's. */
  readonly owner: 'run' | 'user';
}

/**
 * What a run has of a testbed. Everything may be called again after a crash: adding what is there replaces
 * it, removing what is not there is well.
 */
export interface TestbedRun {
  /** Removes and adds in one request, removing first. Mirrors that did not come up are told, the rest stand. */
  change(change: TestbedChange): Promise<readonly FailedMirror[]>;
  listener(name: string): Promise<ListenerAccess>;
  /** Lets frames through. A testbed that cannot hold them back has nothing to do here. */
  openMirrors(names: readonly string[]): Promise<void>;
  /** Holds frames back and waits until those under way have arrived. */
  closeMirrors(names: readonly string[]): Promise<void>;
  /** What a mirror has counted since it was made; null where the testbed cannot tell. */
  counters(mirror: string): Promise<MirrorCounters>;
  /** States seen of a mirror, the oldest first; not there where mirrors are made and gone with the call that asks. */
  mirrorStates?(mirror: string): readonly MirrorState[];
}

/** What is to be there afterwards, and what not. No frame is mirrored before `openMirrors`, where that can be. */
export interface TestbedChange {
  readonly remove: { readonly listeners: readonly string[]; readonly mirrors: readonly string[] };
  readonly add: { readonly listeners: readonly Listener[]; readonly mirrors: readonly Mirror[] };
}

/** A mirror that did not come up. */
export interface FailedMirror {
  readonly mirror: string;
  readonly failure: Failure;
}
