/**
 * The datapath side of CCP: flows, the programs an agent installs, one invocation per ACK. Bytes
 * of the agent and measurements go in, windows, rates and bytes for the agent come out. It knows
 * no agent, no socket, no clock.
 */
export { describeCode } from './codes.js';
export { Datapath } from './datapath.js';
export { FlowHandle, PRIMITIVE } from './flow.js';
export { type ProgramStop, readStops } from './stops.js';
export { decodeTrace } from './trace.js';
export type { DatapathOptions, Engine, Invocation, Primitives, TraceStep } from './types.js';
