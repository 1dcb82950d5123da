import { signal } from '@preact/signals';
import type { Run } from '../../run/index.js';
import type { SharedCode } from '../../share/index.js';
import type { Scenario } from '../../sim/index.js';
import { ran, run, scenario, views } from '../session.js';

// One run is pinned, the next is laid over it.

export interface Pinned {
  readonly run: Run;
  /** What it was made of; null where it was not simulated here. */
  readonly scenario: Scenario | null;
  readonly code: readonly SharedCode[];
}

/** A of a comparison, B being what is shown. */
export const pinned = signal<Pinned | null>(null);

/** Pins what is shown. */
export function pinShown(): void {
  const made = ran.value?.run === run.value ? ran.value : null;
  pinRun(run.value, made?.scenario ?? null, made?.code ?? []);
}

export function pinRun(of: Run, from: Scenario | null, code: readonly SharedCode[]): void {
  pinned.value = { run: of, scenario: from, code };
  views.set({ pinned: of });
}

export function unpin(): void {
  pinned.value = null;
  views.set({ pinned: null });
}

/** Whether what is pinned is another run than what is shown. */
export function isCompared(): boolean {
  return pinned.value !== null && pinned.value.run !== run.value;
}

/** Why repeats over seeds cannot be compared; undefined where they can. */
export function whyNoSeeds(): string | undefined {
  if (!isCompared()) return 'pin a run and make another first';
  if (!pinned.value?.scenario || ran.value?.run !== run.value)
    return 'only simulations can be repeated with other seeds';
  if (pinned.value.code.length > 0 || ran.value.code.length > 0)
    return 'runs of code written here are not repeated with other seeds';
  if (JSON.stringify(pinned.value.scenario) === JSON.stringify(scenario.value)) return 'both are runs of one scenario';
  return undefined;
}
