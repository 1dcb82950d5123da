import type { MirrorDirection } from './intent.js';
import type { TwineMode, TwineParameters } from './parameters.js';

/** A switch port to mirror, as the plan settled it. Rates are bytes per second. */
export interface PlannedPort {
  readonly name: string;
  readonly direction: MirrorDirection;
  readonly weight: number;
  readonly rateBytesPerSecond: number;
  readonly loadBytesPerSecond: number;
  /** `node<i>.p1|p2` when the user keeps it on one NIC port. */
  readonly to?: string | undefined;
}

/** A dedicated two-port NIC a listener gets. */
export interface PlannedNic {
  readonly model: string;
  readonly rateBytesPerSecond: number;
}

/** Everything a site's plan follows from, so that it can be laid out again with fewer NICs. */
export interface SiteBasis {
  readonly site: string;
  readonly sliceName: string;
  readonly mode: TwineMode;
  readonly sharedMemory?: string | undefined;
  readonly parameters: TwineParameters;
  readonly ports: readonly PlannedPort[];
  /** The NICs that may be used, best first. */
  readonly nics: readonly PlannedNic[];
  readonly maxNicPorts: number;
  readonly rotationInterval: number;
  readonly seed: number;
  readonly meanFrameBytes: number;
  readonly listener: { readonly cores: number; readonly ramGiB: number; readonly diskGiB: number };
  readonly timing: { readonly setupS: number; readonly rotationS: number };
}

/** A node that captures, with one NIC. */
export interface Listener {
  /** Name in the slice; the user's own nodes may be there too. */
  readonly name: string;
  /** Short name of files and logs, such as `INDI_node0`. */
  readonly label: string;
  readonly site: string;
  readonly image: string;
  readonly cores: number;
  readonly ramGiB: number;
  readonly diskGiB: number;
  readonly nic: { readonly name: string; readonly model: string; readonly rateBytesPerSecond: number };
  readonly nicPorts: readonly NicPortName[];
}

/** A port of a dedicated NIC. */
export type NicPortName = 'p1' | 'p2';

/** One mirror session: a source port, its frames in one direction or both, one NIC port. */
export interface Mirror {
  readonly name: string;
  readonly source: string;
  readonly direction: MirrorDirection;
  readonly listener: string;
  readonly nicPort: NicPortName;
}

/** A stretch of the campaign in which the mirrors stay as they are. */
export interface Slot {
  readonly index: number;
  readonly mirrors: readonly Mirror[];
}

/** One capture on every mirrored NIC port; `startS` counts from the first. */
export interface Window {
  readonly index: number;
  readonly slot: number;
  readonly cycle: number;
  readonly iteration: number;
  readonly startS: number;
  readonly durationS: number;
}

/** What one site's session carries out. */
export interface SitePlan {
  readonly basis: SiteBasis;
  readonly site: string;
  readonly nicCount: number;
  readonly listeners: readonly Listener[];
  readonly slots: readonly Slot[];
  readonly windows: readonly Window[];
  /** Ports that no slot has. */
  readonly neverSampled: readonly string[];
  readonly time: TimeBudget;
  readonly disk: DiskBudget;
}

/** Seconds, each part by itself. */
export interface TimeBudget {
  readonly setupS: number;
  readonly captureS: number;
  readonly waitS: number;
  readonly rotationS: number;
  readonly gatheringS: number;
  readonly totalS: number;
}

/** Bytes expected on each listener's disk and in all. */
export interface DiskBudget {
  readonly bytesPerListener: Readonly<Record<string, number>>;
  readonly totalBytes: number;
}
