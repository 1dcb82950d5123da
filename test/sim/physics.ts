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

/** Bins at whose end the window of flow 0 is less than 0.8 of the bin before. */
export function windowCuts(result: Result): number[] {
  const { cwndBytes } = result.series.flows[0]!;
  return Array.from(cwndBytes.keys()).filter((bin) => bin > 0 && cwndBytes[bin]! < 0.8 * cwndBytes[bin - 1]!);
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
