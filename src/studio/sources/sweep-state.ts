import { signal } from '@preact/signals';
import type { Run } from '../../run/index.js';
import { isSimulation, problem, ran, showRun } from '../session.js';

/** The sweep that was opened last: a run that is made out of it can be gone back from. */
export const shownSweep = signal<Run | null>(null);

/** Back to the sweep that was opened last; false where none was. */
export function showSweep(): boolean {
  if (!shownSweep.value) return false;
  problem.value = null;
  showRun(shownSweep.value);
  isSimulation.value = false;
  ran.value = null;
  return true;
}
