/**
 * The simulator: a scenario goes in, a summary, per-flow results and binned series come out. It
 * joins agent and datapath by simulated messages inside one WebAssembly engine, knows no clock and
 * no host, and gives the same numbers everywhere for the same scenario and seed.
 */

export { type AgentPort, type Change, SimEngine } from './engine.js';
export { normaliseScenario } from './normalise.js';
export type {
  Distribution,
  LinkRate,
  Loss,
  NormalisedAckPath,
  NormalisedFlowGroup,
  NormalisedLink,
  NormalisedScenario,
  Queue,
  QueueLimit,
} from './normalised.js';
export { PRESETS, type Preset, type PresetName, presetScenario } from './presets.js';
export type {
  Cdf,
  FlowResult,
  FlowSeries,
  LinkResult,
  LinkSeries,
  Percentiles,
  Series,
  SimulationResult,
  Summary,
} from './result.js';
export { type FlowGroup, type Link, type Scenario, type ScenarioAlgorithm, scenarioSchema } from './scenario.js';
