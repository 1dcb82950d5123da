/**
 * `mooring`, the same on every host: algorithms, the agent and the datapath they meet, messages between the two,
 * and the doors most programs begin with. More of each subject is in `mooring/program`, `mooring/sim`,
 * `mooring/capture` and `mooring/twine`; sockets, files and processes are in `mooring/node`; what needs a page is
 * in `mooring/web`.
 */
export * from './agent/index.js';
export * from './algorithms/index.js';
export * from './base/index.js';
export { type Capture, openCapture } from './capture/index.js';
export { type CompiledModule, type ModuleName, provideModule } from './core/index.js';
export * from './datapath/index.js';
export { CompileError, type CompileResult, compile, type Diagnostic, type Program } from './program/index.js';
export { type Scenario, type SimulationResult, type Summary, simulate } from './sim/index.js';
export {
  type ChangeProgMessage,
  type CreateMessage,
  type Decoded,
  decodeMessage,
  decodeMessages,
  encodeMessage,
  type FieldUpdate,
  type FlowInfo,
  formatMessage,
  type InstallMessage,
  type MeasureMessage,
  type Message,
  type MessageNames,
  type ReadyMessage,
  type UpdateFieldMessage,
} from './wire/index.js';
