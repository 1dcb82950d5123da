import type { NormalisedScenario } from './normalised-scenario.js';

/** One flow's values under one name. */
interface Points {
  readonly timeUs: number[];
  readonly value: number[];
}

/** Points kept of a curve: the last of each instant of this share of the run. */
const MOST_POINTS = 4096;

/** What algorithms noted, for the flows that have series. */
export class FlowNotes {
  readonly #byFlow = new Map<number, Map<string, Points>>();
  readonly #flows: number;
  readonly #stepUs: number;

  constructor({ binUs, seriesFlows, durationUs }: NormalisedScenario) {
    this.#flows = binUs > 0 ? seriesFlows : 0;
    this.#stepUs = durationUs / MOST_POINTS;
  }

  put(flow: number, name: string, timeUs: number, value: number): void {
    if (flow < 0 || flow >= this.#flows) return;
    const curves = this.#byFlow.get(flow) ?? new Map<string, Points>();
    this.#byFlow.set(flow, curves);
    const points = curves.get(name) ?? { timeUs: [], value: [] };
    curves.set(name, points);
    const last = points.timeUs.length - 1;
    const isSameStep =
      last > 0 && Math.floor(points.timeUs[last]! / this.#stepUs) === Math.floor(timeUs / this.#stepUs);
    points.timeUs[isSameStep ? last : last + 1] = timeUs;
    points.value[isSameStep ? last : last + 1] = value;
  }

  /** The curves of a flow: each value as it stood at the end of a bin, NaN before the first. */
  columns(flow: number, endUs: Float64Array): Record<string, Float64Array> {
    const columns: Record<string, Float64Array> = {};
    for (const [name, { timeUs, value }] of this.#byFlow.get(flow) ?? []) {
      let at = -1;
      columns[name] = endUs.map((end) => {
        while (at + 1 < timeUs.length && timeUs[at + 1]! <= end) at += 1;
        return at < 0 ? Number.NaN : value[at]!;
      });
    }
    return columns;
  }
}
