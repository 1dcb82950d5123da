import type { AgentEvent, AlgorithmPhase, OutgoingMessage } from './events.js';
import type { ProgramLedger } from './ledger.js';
import type { AgentProgram, ProgramBook } from './programs.js';
import type { TimerFlow, Timers } from './timers.js';
import type { CallbackScope } from './types.js';

/** A flow with something to send. */
export interface Unsent {
  readonly peer: FlowPeer;
  flush(nowUs: number): Uint8Array | undefined;
}

/** A flow's datapath, as far as the flow knows it. */
export interface FlowPeer {
  readonly state: SharedState;
  readonly address: string;
  provide(program: AgentProgram): void;
  confirm(uid: number): void;
  doubt(program: AgentProgram): void;
  remove(sockId: number): void;
}

/** What all peers and flows of an agent share. */
export interface SharedState {
  readonly programs: ProgramBook;
  readonly ledger: ProgramLedger;
  readonly programSlots: number;
  readonly readyDelayUs: number;
  readonly silentUs: number;
  declared: ReadonlySet<AgentProgram>;
  readonly timers: Timers;
  nowUs: number;
  messages: OutgoingMessage[];
  events: AgentEvent[];
  /** Flows with something to send. */
  dirty: Unsent[];
  /** Told whose algorithm runs. */
  callbackScope: CallbackScope | undefined;
  algorithmsFailed: number;
  /** The flow's algorithm threw. */
  fail(flow: TimerFlow, phase: AlgorithmPhase, error: unknown): void;
}
