import { createFlowHandler, type FlowHandler } from '../algorithms/index.js';
import type { U64 } from '../base/index.js';
import { describeFailure, refusePromise } from './algorithm-failure.js';
import type { AlgorithmPhase } from './events.js';
import type { Flow } from './flow.js';
import type { AgentProgram } from './programs.js';
import { SAFE_PROGRAM } from './safe-program.js';
import type { SharedState } from './shared-state.js';

// Every call of an algorithm's code (a timer's is Flow's): within the host's scope, and what it throws is its flow's failure.

export function startAlgorithm(state: SharedState, flow: Flow): void {
  state.callbackScope?.enter(flow, true);
  try {
    flow.handler = createFlowHandler(flow.algorithm.algorithm, flow, flow.info);
    refusePromise(flow.handler.onCreate?.(), 'onCreate');
  } catch (error) {
    failAlgorithm(state, flow, 'create', error);
  } finally {
    state.callbackScope?.leave();
  }
}

export function deliverReport(
  state: SharedState,
  flow: Flow,
  handler: FlowHandler,
  program: AgentProgram,
  fields: readonly U64[],
): void {
  state.callbackScope?.enter(flow, flow.reports === 1);
  try {
    const report = program.makeReport(fields, flow.cwndBytes ?? flow.info.initCwnd, flow.rateBytesPerSecond ?? 0);
    refusePromise(handler.onReport(report as never), 'onReport');
  } catch (error) {
    failAlgorithm(state, flow, 'report', error);
  } finally {
    state.callbackScope?.leave();
  }
}

export function closeAlgorithm(state: SharedState, flow: Flow): void {
  const { handler } = flow;
  if (!handler?.close) return;
  state.callbackScope?.enter(flow, false);
  try {
    handler.close();
  } catch (error) {
    failAlgorithm(state, flow, 'close', error);
  } finally {
    state.callbackScope?.leave();
  }
}

/** Tells that a flow's algorithm failed, asks it nothing more, and gives the flow its initial window. */
export function failAlgorithm(state: SharedState, flow: Flow, phase: AlgorithmPhase, error: unknown): void {
  const { address, sockId, handler } = flow;
  state.algorithmsFailed += 1;
  state.events.push({
    kind: 'algorithmFailed',
    address,
    sockId,
    algorithm: flow.algorithm.name,
    phase,
    ...describeFailure(error),
  });
  flow.stop();
  if (phase === 'close') return;
  state.callbackScope?.enter(flow, false);
  try {
    handler?.close?.();
  } catch {
    // It has failed already, and that was told.
  } finally {
    state.callbackScope?.leave();
  }
  const fields: Record<string, number> = { Cwnd: flow.info.initCwnd };
  // A rate of 0 would leave the old one in force; this one no path reaches.
  if (flow.rateBytesPerSecond !== undefined) fields['Rate'] = 0xffff_ffff;
  try {
    flow.install(SAFE_PROGRAM, { fields });
  } catch {
    // No place for the program: the window alone, under the program that runs.
    if (flow.program) flow.updateFields(fields);
  }
}
