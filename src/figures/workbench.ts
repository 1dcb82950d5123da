import { setImmediate } from 'node:timers/promises';
import { createSimulation, type Scenario, type SimulationResult } from '../sim/index.js';

/** What a figure works with. */
export interface Workbench {
  /** Sizes for a test of the command: everything runs, the numbers say little. */
  readonly quick: boolean;
  readonly signal: AbortSignal;
  /** What is being done, as a share of the figure. */
  tell(what: string, share: number): void;
}

/** A run, and the processor time it took: user and system, of this process. */
export interface Ran {
  readonly result: SimulationResult;
  readonly cpuUs: number;
}

const STEPS = 20;

/**
 * Runs a scenario here, in steps, so that Ctrl-C is heard between them; throws the signal's reason. Nothing else of this
 * process works meanwhile, so `cpuUs` is the run's.
 */
export async function runHere(scenario: Scenario, { signal }: Workbench): Promise<Ran> {
  const simulation = createSimulation(scenario);
  const { durationUs } = simulation.scenario;
  let cpuUs = 0;
  for (let step = 1; step <= STEPS; step += 1) {
    await setImmediate();
    signal.throwIfAborted();
    const before = process.cpuUsage();
    simulation.runUntil((durationUs * step) / STEPS);
    const { user, system } = process.cpuUsage(before);
    cpuUs += user + system;
  }
  const result = simulation.result();
  const [failure] = result.failures;
  if (failure) throw new Error(`${failure.algorithm} failed: ${failure.message}`);
  return { result, cpuUs };
}

/** Numbers from 1 to n: the seeds of repeats. */
export function seeds(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}

/** The agent is as far as IPC makes it: the paper's figure for staleness, section 5.3. */
export const IPC_AGENT = { reaction: '20us' } as const;
