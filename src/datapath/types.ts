import type { ExtraPrimitive, U64 } from '../base/index.js';

/** How programs are run: compiled to WebAssembly, or by the reference interpreter. Results are the same. */
export type Engine = 'jit' | 'interpreter';

/** What a Datapath is made with. */
export interface DatapathOptions {
  /** Told to the agent in READY, 0 … 2^32 − 1; 0 where none is given. */
  readonly id?: number;
  /** Flows at a time, 1 … 1,000,000; 1024 where none is given. */
  readonly maxFlows?: number;
  /** Programs the agent may install, 1 … 65,535; 10 where none is given. */
  readonly maxPrograms?: number;
  /**
   * How long after a message could not be sent, with no word from the agent, flows fall back, µs; 1 s where
   * none is given.
   */
  readonly fallbackUs?: number;
  /** The clock now, µs: where `Ack.now` counts from; 0 where none is given. */
  readonly nowUs?: number;
  /**
   * What you measure beyond libccp's 15, none where nothing is given: of `EXTRA_PRIMITIVES`, or names of your own. An
   * INSTALL of a program that reads another is refused, and `Datapath.missingPrimitives` names it.
   */
  readonly primitives?: readonly ExtraPrimitive[];
  /** `jit` where none is given; where compiling is refused, `Datapath.engine` becomes `interpreter`. */
  readonly engine?: Engine;
}

/**
 * What the datapath measured, for one invocation. What is left out is 0, except `sndCwnd` and
 * `sndRate`, which are then what the flow's program set last. Whole numbers: counts and windows below 2^32,
 * rates and the rtt below 2^64, as a bigint beyond 2^53 − 1.
 */
export interface Primitives {
  /** Bytes this ACK acknowledges (`Ack.bytes_acked`). */
  readonly bytesAcked?: U64;
  readonly packetsAcked?: U64;
  readonly bytesMisordered?: U64;
  readonly packetsMisordered?: U64;
  readonly ecnBytes?: U64;
  readonly ecnPackets?: U64;
  /** Packets found lost since the last invocation. */
  readonly lostPktsSample?: U64;
  /** Whether the retransmission timer fired: a boolean, 0 or 1. */
  readonly wasTimeout?: boolean | U64;
  /** Round-trip time of this ACK, µs; 0 where there is no sample, which programs read as infinity. */
  readonly rttSampleUs?: U64;
  /** Bytes per second sent and delivered. */
  readonly rateOutgoing?: U64;
  readonly rateIncoming?: U64;
  readonly bytesInFlight?: U64;
  readonly packetsInFlight?: U64;
  /** Bytes waiting to be sent. */
  readonly bytesPending?: U64;
  /** `Flow.srtt_us` and `Flow.min_rtt_us`, µs; infinity where left out. */
  readonly srttUs?: U64;
  readonly minRttUs?: U64;
  /** Bytes this ACK says for the first time have arrived, in order or not (`Ack.delivered`). */
  readonly delivered?: U64;
  /** Whether the sender had nothing to send when it sent what is acknowledged now: a boolean, 0 or 1. */
  readonly appLimited?: boolean | U64;
  /** Packets the receiver has seen marked since the flow began (`Flow.ecn_ce`). */
  readonly ecnCe?: U64;
  /** Primitives of your own, by name, for those of `DatapathOptions.primitives` that have no field here. */
  readonly extra?: Readonly<Record<string, U64>>;
  /** The window the flow uses, bytes. */
  readonly sndCwnd?: U64;
  /** The pacing rate the flow uses, bytes per second. */
  readonly sndRate?: U64;
}

/** What one invocation did. */
export interface Invocation {
  /**
   * 0, or a negative libccp code (spec/libccp-codes.json): −91 … −94 arithmetic, −96 no program, −101
   * fallback.
   */
  readonly code: number;
  /** The window to use from now on, bytes; absent where it was not set. */
  readonly cwndBytes?: number;
  /** The pacing rate to use from now on, bytes per second; absent where it was not set. */
  readonly rateBytesPerSecond?: number;
  /** Messages for the agent: at most one, a MEASURE or the flow's CREATE again. */
  readonly messages: readonly Uint8Array<ArrayBuffer>[];
}

/** One instruction that ran, as `Datapath.trace` saw it. */
export interface TraceStep {
  /** Which `when`, from 0. */
  readonly event: number;
  readonly part: 'condition' | 'body';
  /** Index of the instruction, DEFs included: its line in `disassemble`. */
  readonly instruction: number;
  /** The operands as they were read, and what stands in the result register afterwards. */
  readonly left: U64;
  readonly right: U64;
  readonly result: U64;
}
