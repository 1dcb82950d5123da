// What the physics tests share: one run, and how windows look in it.
import { normaliseScenario, type Scenario, SimEngine } from '../../src/sim/index.js';

export type Result = ReturnType<SimEngine['result']>;

export const MSS = 1448;
export const WIRE = 1500;

/** A run of built-in senders to its end. */
export function runBuiltin(scenario: Scenario): Result {
  const engine = new SimEngine(normaliseScenario(scenario));
  engine.run(Number.POSITIVE_INFINITY);
  return engine.result();
}

/** A flow that has been there before, and is alone with a clock that never errs. */
export const EXACT = { handshake: false, jitter: 0 } as const;

/** Bins at which the window of flow 0 is at its lowest after a cut, which takes a built-in sender a round trip. */
export function windowCuts(result: Result): number[] {
  const { cwndBytes } = result.series.flows[0]!;
  const troughs: number[] = [];
  let top = 0;
  let falls = false;
  for (const [bin, window] of cwndBytes.entries()) {
    if (falls && window >= cwndBytes[bin - 1]!) {
      troughs.push(bin - 1);
      falls = false;
      top = window;
    }
    falls ||= window < 0.8 * top;
    if (window > top) top = window;
  }
  return troughs;
}

/** `value` as a whole number of hundredths of `theory`. */
export function percentOf(value: number, theory: number): number {
  return Math.round((100 * value) / theory);
}

/** Rows as a small table of whole numbers and words, for a snapshot. */
export function tableOf(rows: readonly Readonly<Record<string, string | number | boolean>>[]): string {
  const names = Object.keys(rows[0]!);
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name])))];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')).join('\n');
}
