import type { Failure } from '../../twine/index.js';
import type { ProcessIdentity } from '../process/index.js';
import type { ListenerAccess } from '../testbed/index.js';

/** One capture on one NIC port of a listener. */
export interface CaptureSpec {
  readonly access: ListenerAccess;
  readonly interface: string;
  /** File to write, on the listener. */
  readonly file: string;
  /** Folder here for what the tool says. */
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
  /** Files written, on the listener. */
  readonly files: readonly string[];
  readonly filePackets: number;
  readonly ringDroppedPackets: number;
  /** Frames the filter did not want, where the tool counts them. */
  readonly filteredPackets?: number | undefined;
  /** Why it ended before it was told to, or with less than it should have. */
  readonly failure?: Failure | undefined;
}

/** A capture under way. */
export interface RunningCapture {
  readonly process: ProcessIdentity;
  /** Settles when the tool ends, told to or not. */
  readonly ended: Promise<void>;
}

/** A tool that captures. All of it works on a capture an earlier process of ours began. */
export interface CaptureMethod {
  readonly name: string;
  /** Refuses (MOORING_ERR_TESTBED_REFUSED) when the tool or the filter is no good. */
  check(access: ListenerAccess, filter: string | undefined): Promise<void>;
  /** Resolves when frames are being captured. */
  start(spec: CaptureSpec): Promise<RunningCapture>;
  /** Lets what the NIC has received reach the file, ends the tool and reads its counters. */
  stop(spec: Pick<CaptureSpec, 'file' | 'logs' | 'access'>, process: ProcessIdentity): Promise<CaptureEnd>;
}
