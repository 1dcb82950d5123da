import type { DatapathInfo } from '../algorithms/index.js';
import type { ErrorCode, PlainValue } from '../base/index.js';

/** Bytes the agent wants sent. `bytes` may be shared between messages: send, do not change. */
export interface OutgoingMessage {
  /** The datapath's address, as it was given to `handle`. */
  readonly address: string;
  readonly bytes: Uint8Array;
}

/** What one call gave: messages to send in this order, events to tell. */
export interface AgentOutputs {
  readonly messages: readonly OutgoingMessage[];
  readonly events: readonly AgentEvent[];
}

/** Why a flow was closed; `neverHeard`: taken as a former agent had remembered it, and it said nothing. */
export type CloseReason = 'ended' | 'neverHeard' | 'replaced' | 'datapathRestarted' | 'datapathGone' | 'agentClosed';

/** The call during which an algorithm failed; `later`: in what a call left running, such as a promise or a timer. */
export type AlgorithmPhase = 'create' | 'report' | 'timer' | 'close' | 'later';

interface At {
  /** Address of the datapath. */
  readonly address: string;
}

interface OfFlow extends At {
  readonly sockId: number;
}

/** How a flow came to an agent that its CREATE never reached. */
export type AdoptedBy = 'remembered' | 'measured';

/** What happened, as plain values that cross threads. */
export type AgentEvent =
  /** A datapath started (or started again: its flows were closed before). */
  | (At & { readonly kind: 'datapathReady'; readonly id: number })
  /** A datapath spoke that never said READY: it was there before the agent. */
  | (At & { readonly kind: 'datapathFound' })
  | (At & { readonly kind: 'datapathGone'; readonly flows: number })
  /** Programs were sent again because a flow reported nothing; `attempt` counts from 1. */
  | (At & { readonly kind: 'programsResent'; readonly programUids: readonly number[]; readonly attempt: number })
  /** Programs were sent again in vain: the datapath refuses them or its flows are idle. */
  | (At & { readonly kind: 'datapathSilent'; readonly programUids: readonly number[] })
  | (OfFlow & { readonly kind: 'flowCreated'; readonly algorithm: string; readonly congAlg?: string })
  /**
   * A flow that ran before the agent was taken over though its datapath did not announce it: as its CREATE said, which a
   * former agent `remembered`, or by what was `measured`, without its addresses and ports. `info` is what its algorithm
   * is told of it.
   */
  | (OfFlow & { readonly kind: 'flowAdopted'; readonly by: AdoptedBy; readonly info: DatapathInfo })
  | (OfFlow & { readonly kind: 'flowClosed'; readonly reason: CloseReason })
  /** The algorithm failed: the flow now keeps its initial window, others go on. */
  | (OfFlow & {
      readonly kind: 'algorithmFailed';
      readonly algorithm: string;
      readonly phase: AlgorithmPhase;
      readonly code: ErrorCode;
      readonly message: string;
      /** `file:line:column` of the first place in the author's own code, where the host's stack tells one. */
      readonly place?: string;
      /** Of a program that does not compile: its errors, each with its line and the place marked. */
      readonly excerpt?: string;
      readonly stack?: string;
      readonly detail?: Readonly<Record<string, PlainValue>>;
    })
  /** What an algorithm noted by `note`, at `timeUs` of the agent's clock. */
  | (OfFlow & { readonly kind: 'noted'; readonly name: string; readonly value: number; readonly timeUs: number })
  /** A person set a field of the flow, past its algorithm, which may set it again at its next report. */
  | (OfFlow & { readonly kind: 'fieldSet'; readonly field: string; readonly value: number | string })
  /** A person wanted to set a field, and it was not set. */
  | (OfFlow & {
      readonly kind: 'fieldRefused';
      readonly field: string;
      readonly value: number | string;
      readonly code: ErrorCode;
      readonly message: string;
    })
  /** What an algorithm left running failed, and nobody can tell which flow's. */
  | {
      readonly kind: 'strayFailure';
      readonly code: ErrorCode;
      readonly message: string;
      /** As of `algorithmFailed`. */
      readonly place?: string;
      readonly excerpt?: string;
      readonly stack?: string;
      readonly detail?: Readonly<Record<string, PlainValue>>;
    }
  /** A report of a program the flow no longer runs, or not as the agent compiled it; it was not delivered. */
  | (OfFlow & {
      readonly kind: 'staleReport';
      readonly code: ErrorCode;
      readonly programUid: number;
      readonly expectedUid: number | undefined;
      readonly fields: number;
      readonly expectedFields: number;
    })
  /** A report or a close of a flow the agent does not know. */
  | (OfFlow & { readonly kind: 'unknownFlow'; readonly programUid: number })
  /** A message only an agent sends. */
  | (At & { readonly kind: 'unexpectedMessage'; readonly message: 'install' | 'updateField' | 'changeProg' })
  | (At & {
      readonly kind: 'malformedMessage';
      readonly code: ErrorCode;
      readonly message: string;
      readonly bytes: number;
    })
  /** A new flow or datapath was not taken: the agent holds as many as it may. */
  | (At & { readonly kind: 'limitReached'; readonly limit: 'flows' | 'datapaths'; readonly value: number });
