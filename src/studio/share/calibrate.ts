import { signal } from '@preact/signals';
import { type Calibration, calibrate, type Run, shifted, whyNotCalibrated } from '../../run/index.js';
import { changeScenario, problem, run } from '../session.js';
import { runScenario } from '../sources/simulate.js';
import { version } from '../ui-state.js';
import { pinned, pinRun } from './compare.js';

// A capture, and a simulation of the path that it saw, over one another.

/** What was last fitted, and the run as it was pinned for it. */
export const calibration = signal<(Calibration & { readonly pinned: Run }) | null>(null);

export function whyNoCalibration(): string | undefined {
  return whyNotCalibrated(run.value);
}

/** Fits a scenario to the capture that is shown, pins the capture, and lays the simulation over it. */
export async function calibrateShown(): Promise<void> {
  const measured = run.value;
  try {
    const fitted = await calibrate(measured);
    const begun = shifted(measured, -measured.span.fromUs);
    pinRun(begun, null, []);
    calibration.value = { ...fitted, pinned: begun };
    changeScenario(fitted.scenario);
    await runScenario(fitted.scenario, version.value);
  } catch (error) {
    problem.value = `Nothing was fitted: ${(error as Error).message}`;
  }
}

/** What was fitted, as long as it is what lies under what is shown. */
export function shownCalibration(): Calibration | null {
  const last = calibration.value;
  return last && pinned.value?.run === last.pinned ? last : null;
}
