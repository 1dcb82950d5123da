import { signal } from '@preact/signals';
import type { Point, Run, SeriesInfo } from '../../run/index.js';
import type { Instant } from '../../sim/index.js';
import { run, views } from '../session.js';
import { instantOf } from '../sources/simulate.js';

// The instant that is looked at: what every series of the run was then, and where it was simulated here what stood behind it,
// which is simulated again. The newest question wins.

/** A value of a flow or link at the instant; null where there was none by then. */
export interface ValueThen {
  readonly info: SeriesInfo;
  readonly point: Point | null;
}

export interface Inspected {
  readonly atUs: number;
  readonly flow: number;
  readonly values: readonly ValueThen[];
  /** Null while it is worked out, and where it cannot be. */
  readonly behind: Instant | null;
  readonly fault: string | null;
  readonly isBusy: boolean;
}

export const inspected = signal<Inspected | null>(null);
let asked = 0;

/** Where a reader points, else the middle of what is shown. */
export function inspectHere(): Promise<void> {
  const { hoverUs, range } = views.get();
  return inspect(hoverUs ?? (range.fromUs + range.toUs) / 2, inspected.value?.flow ?? firstFlow(run.value));
}

export async function inspect(wantedUs: number, flow: number): Promise<void> {
  asked += 1;
  const own = asked;
  const looked = run.value;
  const { fromUs, toUs } = looked.span;
  const atUs = Math.min(toUs, Math.max(fromUs, wantedUs));
  const values = await Promise.all(
    looked.series
      .filter(({ per, owner }) => per !== 'flow' || isShown(owner, flow))
      .map(async (info) => ({ info, point: await looked.source.at(info.quantity, info.owner, atUs) })),
  );
  if (own !== asked) return;
  const before = inspected.value?.behind ?? null;
  inspected.value = { atUs, flow, values, behind: before, fault: null, isBusy: true };
  try {
    const behind = await instantOf(atUs, flow);
    if (own === asked) inspected.value = { atUs, flow, values, behind, fault: null, isBusy: false };
  } catch (error) {
    if (own === asked)
      inspected.value = { atUs, flow, values, behind: null, fault: (error as Error).message, isBusy: false };
  }
}

export function closeInspector(): void {
  asked += 1;
  inspected.value = null;
}

/** Flows whose values stand side by side: the first of a run, and the one that is followed. */
const MOST_COLUMNS = 8;

export function isShown(owner: number, flow: number): boolean {
  const at = run.value.flows.findIndex(({ id }) => id === owner);
  return at < MOST_COLUMNS || owner === flow;
}

function firstFlow({ flows }: Run): number {
  const hidden = views.get().hidden;
  return (flows.find(({ id }) => !hidden.has(id)) ?? flows[0])?.id ?? 0;
}
