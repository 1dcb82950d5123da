import { MooringError } from '../../base/index.js';
import { fromSimulation } from '../../run/index.js';
import type { Scenario } from '../../sim/index.js';
import { type SimWorker, spawnSim } from '../../web/index.js';
import { busy, faults, isSimulation, problem, ran, showRun } from '../session.js';

/** A run is painted as it comes, so often. */
const PAINT_MS = 50;

let worker: SimWorker | undefined;
let current = 0;

/** Simulates `scenario` in a worker and shows it as it comes. A run that still goes on is given up. */
export async function runScenario(scenario: Scenario, version: string): Promise<void> {
  current += 1;
  const own = current;
  problem.value = null;
  faults.value = [];
  // Whoever asks again does not wait for what was asked before.
  if (busy.value) stopRun();
  worker ??= spawnSim(new URL('workers/sim.js', document.baseURI));
  const { simulator } = worker;
  busy.value = { what: 'simulating', share: 0 };
  try {
    const { durationUs } = await simulator.begin(scenario);
    for (let done = false; !done && own === current; ) {
      const { timeUs, ...rest } = await simulator.advanceFor(PAINT_MS);
      done = rest.done;
      const result = await simulator.result();
      if (own !== current) return;
      isSimulation.value = true;
      const made = {
        ...fromSimulation(result, { version, command: 'mooring sim scenario.json' }),
        span: { fromUs: 0, toUs: durationUs },
      };
      showRun(made);
      ran.value = done ? { run: made, scenario } : null;
      busy.value = done ? null : { what: 'simulating', share: timeUs / durationUs };
    }
  } catch (error) {
    if (own !== current) return;
    const told = error instanceof MooringError ? error.detail['diagnostics'] : undefined;
    faults.value = Array.isArray(told) ? told : [];
    problem.value = (error as Error).message;
  } finally {
    if (own === current) busy.value = null;
  }
}

/** Ends what runs; its worker is replaced, as it answers nothing while it simulates. */
export function stopRun(): void {
  current += busy.value ? 1 : 0;
  worker?.close();
  worker = undefined;
  busy.value = null;
}
