/**
 * The CCP agent as a state machine over bytes: messages of datapaths and the time go in, messages to
 * send and events to tell come out. It keeps one flow map for each datapath and runs the algorithms;
 * it knows no socket, no thread and no datapath but by its messages.
 */
export { Agent } from './agent.js';
export { setField } from './by-hand.js';
export type { AgentEvent, AgentOutputs, AlgorithmPhase, CloseReason, OutgoingMessage } from './events.js';
export { createLedger, type ProgramLedger } from './ledger.js';
export {
  LIVE_FORMAT,
  type LiveAnswer,
  type LiveEvent,
  type LiveFrame,
  type LiveHello,
  type LiveSet,
  type LiveText,
  type ShownFlow,
} from './live.js';
export type { FieldMeaning } from './meaning.js';
export { mergeControl } from './merge.js';
export { SAFE_PROGRAM } from './safe-program.js';
export type { AgentOptions, AgentStats, CallbackScope, FlowIdentity, FlowSnapshot } from './types.js';
export {
  type FlowChanges,
  type FlowRow,
  flowRows,
  type WatchedFlow,
  type WatchedProgram,
} from './watch.js';
export { watchFlows } from './watch-flows.js';
