import type { ProgramStop } from '../../datapath/index.js';
import type { OpenSocketOptions } from '../helper/index.js';
import type { BottleneckOptions } from './bottleneck.js';

/** What a LiveDatapath is made with. */
export interface LiveDatapathOptions extends BottleneckOptions {
  /** Where the agent listens: `/tmp/ccp/portus`. */
  readonly agent: string;
  /** Where this datapath listens; agents answer there. */
  readonly path: string;
  readonly socket?: OpenSocketOptions;
  /** Told in READY. */
  readonly id?: number;
  readonly flows: number;
  /** What each flow asks for in its CREATE. */
  readonly congAlg?: string;
  readonly mss?: number;
  /** How often ACKs come, µs; 2000 by default. */
  readonly tickUs?: number;
  /** How long an agent that cannot be reached may stay silent before flows fall back, µs; 1 s by default. */
  readonly fallbackUs?: number;
}

/** One flow as it stands. */
export interface LiveFlow {
  /** Its number. */
  readonly sockId: number;
  readonly cwndBytes: number;
  readonly rateBytesPerSecond: number;
  readonly ackedBytes: number;
  readonly lostPackets: number;
  /** What its program reported while an agent was there. */
  readonly reports: number;
}

/** A live datapath as it stands. */
export interface LiveDatapathState {
  readonly elapsedUs: number;
  readonly rttUs: number;
  readonly queuedBytes: number;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  readonly messagesRefused: number;
  /** Inputs that programs of the agent wanted and this datapath has not, by name: those programs were refused. */
  readonly missingPrimitives: readonly string[];
  readonly sendFailures: number;
  readonly fallback: boolean;
  readonly flows: readonly LiveFlow[];
  /** Arithmetic errors of programs, each place once over all flows; what ended flows had is counted on. */
  readonly programStops: readonly ProgramStop[];
}
