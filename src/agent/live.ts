import type { FlowIdentity } from './types.js';
import type { WatchedProgram } from './watch.js';

// What is told of a running agent to whoever looks on, and what they may say, as JSON texts (docs/guide/agent.md, Pages).

/** Of `LiveHello`; another number is another protocol. */
export const LIVE_FORMAT = 'mooring-live-1';

/** The first text. */
export interface LiveHello {
  readonly kind: 'hello';
  readonly format: typeof LIVE_FORMAT;
  readonly version: string;
  readonly algorithm: string;
  /** How datapaths are reached, such as `unix`. */
  readonly ipc: string;
  /** Time between two frames. */
  readonly everyUs: number;
  /** Whether fields may be set from here. */
  readonly canSet: boolean;
}

/** A flow as it begins. */
export interface ShownFlow extends FlowIdentity {
  readonly flow: number;
  readonly algorithm: string;
  /** `address:port` of both ends; null where the datapath does not know them. */
  readonly from: string | null;
  readonly to: string | null;
  readonly initCwnd: number;
  readonly mss: number;
}

/** What became of the flows in the time since the frame before. */
export interface LiveFrame {
  readonly kind: 'frame';
  /** Counts from 0; frames that this client did not take are missing. */
  readonly number: number;
  /** It has all that there is, as the first one does and one after some were missed: what it does not name has ended. */
  readonly whole: boolean;
  /** µs since 1970. */
  readonly timeUs: number;
  readonly began: readonly ShownFlow[];
  readonly ended: readonly number[];
  readonly programs: readonly WatchedProgram[];
  /** As `FlowChanges.rows`, NaN as null. */
  readonly rows: readonly (number | null)[];
  /** Flows beyond those that are shown. */
  readonly left: number;
}

/** Something happened: an event as `agent.events` has it. */
export interface LiveEvent {
  readonly kind: 'event';
  readonly timeUs: number;
  readonly event: { readonly kind: string } & Partial<FlowIdentity> & Readonly<Record<string, unknown>>;
  /** One line for people. */
  readonly text: string;
  /** Whether it is beside the usual. */
  readonly notice: boolean;
}

/** What became of a `LiveSet`. */
export interface LiveAnswer {
  readonly kind: 'answer';
  readonly id: number;
  readonly ok: boolean;
  /** Why not. */
  readonly code?: string;
  readonly message?: string;
}

/** What an agent tells, one text at a time. */
export type LiveText = LiveHello | LiveFrame | LiveEvent | LiveAnswer;

/** The only thing a client says: set this field of this flow. */
export interface LiveSet extends FlowIdentity {
  readonly kind: 'set';
  /** Of the answer. */
  readonly id: number;
  readonly field: string;
  /** A whole number from 0; above 2^53 − 1 as decimal digits. */
  readonly value: number | string;
}
