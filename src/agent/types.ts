import type { Algorithm } from '../algorithms/index.js';
import type { ExtraPrimitive } from '../base/index.js';
import type { ProgramLedger } from './ledger.js';

/** What an {@link Agent} is made with. */
export interface AgentOptions<Name extends string = string> {
  /** Algorithms by the name a datapath asks for in `congAlg`. */
  readonly algorithms: Readonly<Record<Name, Algorithm>>;
  /** The one for flows that name none of them; the first where none is given. */
  readonly default?: NoInfer<Name>;
  /**
   * How long after READY programs are sent, if no flow begins before, µs; 50 000 by default: the Linux module
   * says READY before it can take one.
   */
  readonly readyDelayUs?: number;
  /**
   * How long a flow may say nothing under a program no flow has reported with before the programs are sent
   * again, µs; 1 000 000 by default.
   */
  readonly silentUs?: number;
  /** Programs a datapath holds at once; 9 by default, as the Linux module does. */
  readonly programSlots?: number;
  /** The largest INSTALL, bytes; 32 678 by default, 512 for a character device. */
  readonly maxInstallBytes?: number;
  /** The inputs beyond libccp's 15 that the datapaths have; Mooring's own, `EXTRA_PRIMITIVES`, where none are given. */
  readonly primitives?: readonly ExtraPrimitive[];
  /** Flows held at once over all datapaths; 1 048 576 by default. */
  readonly maxFlows?: number;
  /** Datapaths held at once; 4096 by default. */
  readonly maxDatapaths?: number;
  /** Shared by agents in several threads that serve the same datapaths. */
  readonly ledger?: ProgramLedger;
}

/** A flow by its datapath and its number there. */
export interface FlowIdentity {
  /** Address of its datapath. */
  readonly address: string;
  readonly sockId: number;
}

/**
 * Told when an algorithm's code begins and ends to run, and whose: for a host that has to find out whose work failed
 * later.
 */
export interface CallbackScope {
  /** `first`: in its constructor and `onCreate`, or its first report, where an algorithm prepares what takes long. */
  enter(flow: FlowIdentity, first: boolean): void;
  leave(): void;
}

/** One flow as it stands. */
export interface FlowSnapshot {
  /** Address of its datapath. */
  readonly address: string;
  readonly sockId: number;
  readonly algorithm: string;
  /** False once its algorithm failed and the flow keeps its initial window. */
  readonly obeying: boolean;
  readonly programUid: number | undefined;
  /** What the agent last set; undefined before. */
  readonly cwndBytes: number | undefined;
  readonly rateBytesPerSecond: number | undefined;
  readonly reports: number;
}

/** Counts since the agent was made. */
export interface AgentStats {
  readonly datapaths: number;
  readonly flows: number;
  /** Flows that have not reported yet with the program their algorithm set: not under control, or without ACKs. */
  readonly flowsWithoutProgram: number;
  readonly programs: number;
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly reports: number;
  readonly flowsCreated: number;
  readonly flowsClosed: number;
  readonly algorithmsFailed: number;
  readonly malformedMessages: number;
}
