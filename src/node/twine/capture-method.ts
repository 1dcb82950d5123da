import type { Failure, ProcessRecord } from '../../twine/index.js';
import type { ListenerAccess, ListenerProcess } from '../testbed/index.js';

/** A listener with less free than this has a full disk. */
export const FULL_BYTES = 1 << 16;

/** One capture on one NIC port of a listener. */
export interface CaptureSpec {
  readonly access: ListenerAccess;
  readonly interface: string;
  /** File to write, in the listener's home. */
  readonly file: string;
  /** Folder there for what the tool says. */
  readonly logs: string;
  /** Bytes kept of a frame; 0 keeps all. */
  readonly snaplen: number;
  /** pcap filter expression; undefined takes every frame. */
  readonly filter: string | undefined;
  /** The tool ends by itself after this long, should nobody be left to stop it. */
  readonly atMostS: number;
}

/** What a capture has to say when it has ended. */
export interface CaptureEnd {
  readonly filePackets: number;
  readonly ringDroppedPackets: number;
  /** Frames the filter did not want, where the tool counts them. */
  readonly filteredPackets?: number | undefined;
  /** Why it ended before it was told to, or with less than it should have. */
  readonly failure?: Failure | undefined;
}

/** A tool that captures. All of it works on a capture an earlier process of ours began. */
export interface CaptureMethod {
  readonly name: string;
  /** Refuses (MOORING_ERR_TESTBED_REFUSED) when the tool or the filter is no good. */
  check(access: ListenerAccess, filter: string | undefined): Promise<void>;
  /** Resolves when frames are being captured. */
  start(spec: CaptureSpec): Promise<ListenerProcess>;
  /** Lets what the NIC has received reach the file, ends the tool and reads its counters. */
  stop(spec: Pick<CaptureSpec, 'file' | 'logs' | 'access'>, process: ProcessRecord): Promise<CaptureEnd>;
}
