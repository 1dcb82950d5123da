import type { ECN, GROWTH, RECOVERY, SLOW_START } from '../generated/sim.js';
import type { Sender } from './controller.js';
import type { Distribution } from './distribution.js';
import type { Loss } from './loss.js';
import type { Queue } from './queue.js';
import type { Source } from './source.js';

// What the engine takes: every field present, plain numbers in the units their names say, no text
// but names. `Infinity` never appears: "never" and "without limit" are 0 where that is said.

/** A scenario with every default filled in and every quantity a number. */
export interface NormalisedScenario {
  readonly name: string;
  readonly topology: 'dumbbell' | 'parkinglot';
  /** In the order data crosses them; one for a dumbbell. */
  readonly links: readonly NormalisedLink[];
  readonly ackPath: NormalisedAckPath;
  readonly flows: readonly NormalisedFlowGroup[];
  readonly agent: {
    /** From the sending of a report to the instant the answer takes effect. */
    readonly reactionUs: Distribution;
    /** Silence after which the datapath falls back; 0 never. */
    readonly fallbackUs: number;
  };
  readonly durationUs: number;
  /** The summary counts from here on. */
  readonly measureFromUs: number;
  /** 0 … 2^32 − 1. */
  readonly seed: number;
  /** Width of the bins of the series; 0 records none. */
  readonly binUs: number;
  /** The first this many flows have series of their own; the links always have. */
  readonly seriesFlows: number;
  readonly engine: 'jit' | 'interpreter';
}

/** A link of the path, with its queue and what goes wrong on it. */
export interface NormalisedLink {
  readonly rate: LinkRate;
  /** One-way propagation delay. */
  readonly delayUs: number;
  readonly queue: Queue;
  /** Added to the delay of each packet; order is kept. Null for none. */
  readonly jitterUs: Distribution | null;
  /** Packets held back by extraDelayUs with this probability; null for none. */
  readonly reorder: { readonly probability: number; readonly extraDelayUs: number } | null;
  readonly loss: Loss;
  /** What may pass of the rate; null for all of it. */
  readonly tokenBucket: {
    readonly rateBytesPerSecond: number;
    readonly burstBytes: number;
    readonly action: 'police' | 'shape';
  } | null;
  /** Sorted by time; what is null stays as it was. A rate of 0 sends nothing, as does a link that is down. */
  readonly steps: readonly {
    readonly atUs: number;
    readonly rateBytesPerSecond: number | null;
    readonly delayUs: number | null;
    readonly down: boolean | null;
    readonly loss: Loss | null;
  }[];
}

/** How fast a link sends: the same for ever, or after a trace. */
export type LinkRate =
  | { readonly kind: 'constant'; readonly rateBytesPerSecond: number }
  /**
   * mahimahi: at each stamp up to 1500 bytes leave; after the last stamp (the period) it repeats.
   * Sorted, the last above 0. meanRateBytesPerSecond is what `1bdp` and the utilisation reckon with.
   */
  | { readonly kind: 'trace'; readonly stampsMs: readonly number[]; readonly meanRateBytesPerSecond: number };

/** The way back, which all flows share. */
export interface NormalisedAckPath {
  /** 0: never a bottleneck; the queue is not used then. */
  readonly rateBytesPerSecond: number;
  /** One-way propagation of the whole way back, without the flow's access delay. Null: the sum of the delays of the links the flow crosses. */
  readonly delayUs: number | null;
  readonly queue: Queue;
  readonly jitterUs: Distribution | null;
  readonly loss: Loss;
}

/** Equal flows that differ in their start only. */
export interface NormalisedFlowGroup {
  readonly name: string;
  /** A CCP algorithm by name or class, or a sender built into the engine. */
  readonly algorithm: Sender;
  /** Flows that start at startUs, startUs + staggerUs, … ; with arrivals, the most that may ever start (0 no limit). */
  readonly count: number;
  readonly startUs: Distribution;
  /** Each start is this much later at most, as the seed draws it. */
  readonly startJitterUs: number;
  readonly staggerUs: number;
  /** Data stops being sent here; at most durationUs. */
  readonly stopUs: number;
  /** 0: no end. With arrivals the size comes from there. */
  readonly sizeBytes: number;
  readonly source: Source;
  /** Poisson arrivals; an arrival beyond maxActive is dropped and counted. */
  readonly arrivals: {
    readonly perSecond: number;
    readonly sizeBytes: Distribution;
    readonly maxActive: number;
  } | null;
  /** Links crossed, 0-based, in their order. */
  readonly via: readonly number[];
  /** Links the acknowledgements cross; null: `ackPath`. */
  readonly backVia: readonly number[] | null;
  /** One way, at the sender's side: once for data, once for ACKs. */
  readonly accessDelayUs: number;
  readonly accessRateBytesPerSecond: number;
  /** Between the segments of a burst passes this much time at most, as the seed draws it. */
  readonly hostJitterUs: number;
  /** False: established before, with a sample of baseRttUs. */
  readonly handshake: boolean;
  /** Base round trip: links forward, way back, access twice. */
  readonly baseRttUs: number;
  readonly mssBytes: number;
  readonly headerBytes: number;
  readonly initialCwndPackets: number;
  /** 0: without limit. */
  readonly receiveWindowBytes: number;
  /** everyPackets 1: every segment is acknowledged at once. */
  readonly delayedAcks: { readonly everyPackets: number; readonly timeoutUs: number };
  readonly recovery: keyof typeof RECOVERY;
  /** These two are for built-in senders. */
  readonly growth: keyof typeof GROWTH;
  readonly slowStart: keyof typeof SLOW_START;
  readonly minRtoUs: number;
  readonly pacing: boolean;
  readonly ecn: keyof typeof ECN;
}
