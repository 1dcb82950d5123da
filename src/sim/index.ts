/**
 * The simulator: a scenario goes in, a summary, per-flow results and binned series come out. It
 * joins agent and datapath by simulated messages inside one WebAssembly engine, knows no clock and
 * no host, and gives the same numbers everywhere for the same scenario and seed.
 */

export { parseQueueSize, type QueueSize } from '../base/index.js';
export { BUILTIN_SENDERS, type BuiltinSender, type Sender } from './controller.js';
export { describeFailure, describeScenario } from './describe.js';
export type { Distribution } from './distribution.js';
export { type AgentPort, type Change, type NoticeListener, SimEngine } from './engine.js';
export { jainIndex, jainOver } from './fairness.js';
export {
  type AckRun,
  type AckStep,
  type FlowInstant,
  type Instant,
  inspectInstant,
  type NamedValue,
  type ReportCall,
  type TimedChange,
} from './instant.js';
export { plainResult, type ResultJson, resultToJson } from './json.js';
export type { Loss } from './loss.js';
export { normaliseScenario } from './normalise.js';
export type {
  LinkRate,
  NormalisedAckPath,
  NormalisedFlowGroup,
  NormalisedLink,
  NormalisedScenario,
} from './normalised-scenario.js';
export { PRESETS, type Preset, type PresetName, presetScenario } from './presets.js';
export { createQlog, QLOG_TAPS, type Qlog, type QlogSchema } from './qlog.js';
export type {
  DurationText,
  QueueSizeText,
  RateText,
  ShareText,
  SizeText,
} from './quantity.js';
export type { Queue, QueueLimit } from './queue.js';
export type {
  AlgorithmFailure,
  Cdf,
  FlowLimit,
  FlowResult,
  FlowSeries,
  LinkResult,
  LinkSeries,
  Percentiles,
  ProgramStops,
  RunNotice,
  Series,
  SimulationResult,
  Summary,
} from './result.js';
export type { FlowGroup, Link, Scenario } from './scenario.js';
export {
  createSimulation,
  type SimulateOptions,
  type Simulation,
  type SimulationOptions,
  simulate,
} from './simulation.js';
export type { Source } from './source.js';
export {
  type LossRecord,
  type PacketFlags,
  type PacketRecord,
  RecordQueue,
  readPackets,
  readRecords,
  type StateRecord,
  type Tap,
  type TapPoint,
  type TapRecord,
} from './tap.js';
export {
  isTraceName,
  linkTrace,
  TRACES,
  type TraceName,
  type TraceOptions,
  type TraceProcess,
  traceText,
} from './traces.js';
