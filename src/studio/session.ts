import { batch, signal } from '@preact/signals';
import type { Run } from '../run/index.js';
import type { SharedCode } from '../share/index.js';
import type { Scenario } from '../sim/index.js';
import { createStore, currentTheme, firstState, type ViewState } from '../web/index.js';

// All that the page shows, in one place. What the views share stands in a store of theirs, which needs no library; the rest
// are signals. A reader goes back by steps: ranges and scenarios are kept as they were before each change.

const STEPS_KEPT = 100;
const ONE_GO_MS = 500;

interface Step {
  readonly range: ViewState['range'];
  readonly scenario: Scenario;
}

const NO_EVENTS = { timeUs: new Float64Array(), flow: new Uint32Array(), times: new Float64Array(), left: 0 };

const nothing: Run = {
  ...{ title: '', about: '', span: { fromUs: 0, toUs: 1 }, flows: [], links: [], series: [], facts: [], warnings: [] },
  provenance: {
    ...{ source: 'simulation', files: [], scenario: null, command: null, version: null, seeds: [] },
    ...{ algorithmHashes: {}, madeAtEpochUs: null },
  },
  source: { query: () => null, events: () => NO_EVENTS, at: () => null, beside: () => ({ before: null, after: null }) },
};
export const run = signal<Run>(nothing);
export const scenario = signal<Scenario>({ flows: [] });
export const views = createStore<ViewState>(firstState(nothing, currentTheme()));
/** What keeps the page busy, in words; null for nothing. */
export const busy = signal<{ readonly what: string; readonly share: number | null } | null>(null);
/** What went wrong last, in words for its reader. */
export const problem = signal<string | null>(null);
/** Faults of the scenario by the path of their field. */
export const faults = signal<readonly { readonly path: string; readonly message: string }[]>([]);
/** Whether the scenario can be run: a capture has none. */
export const isSimulation = signal(true);
/** What stands wherever a run is that was simulated here from its beginning to its end: of what. */
export const ran = signal<{
  readonly run: Run;
  readonly scenario: Scenario;
  /** The files it ran, as they were. */
  readonly code: readonly SharedCode[];
} | null>(null);

/** Whether the newest time of a run that grows is shown, as it comes; a reader who chooses a range ends it. */
export const following = signal(false);

let changedAtMs = Number.NEGATIVE_INFINITY;
const undone: Step[] = [];
const redone: Step[] = [];

/** Shows a run: the range stays where it is the same time, else all of it is shown. */
export function showRun(next: Run): void {
  const { span } = run.value;
  const same = span.fromUs === next.span.fromUs && span.toUs === next.span.toUs;
  batch(() => {
    run.value = next;
    const known = new Set(next.flows.map(({ id }) => id));
    const { hidden, range } = views.get();
    views.set({
      range: same ? range : next.span,
      hidden: new Set([...hidden].filter((id) => same && known.has(id))),
      hoverUs: null,
    });
  });
  settled = step();
}

/** Of a run that grows, what is followed. */
const FOLLOWED_US = 60e6;

/** Shows a run as it is now, which was shown as it was before. */
export function growRun(next: Run): void {
  const { fromUs, toUs } = next.span;
  batch(() => {
    run.value = next;
    if (following.value) views.set({ range: { fromUs: Math.max(fromUs, toUs - FOLLOWED_US), toUs } });
  });
  settled = step();
}

/** Shows another range; `passing` ones are not gone back to. */
export function showRange(range: ViewState['range'], passing: boolean): void {
  following.value = false;
  if (!passing) remember();
  views.set({ range });
  if (!passing) settled = step();
}

export function changeScenario(next: Scenario): void {
  // What is typed in one go is one step.
  const now = performance.now();
  if (now - changedAtMs > ONE_GO_MS) remember();
  changedAtMs = now;
  scenario.value = next;
  settled = step();
}

export function toggleFlow(id: number): void {
  const hidden = new Set(views.get().hidden);
  if (!hidden.delete(id)) hidden.add(id);
  views.set({ hidden });
}

/** One step back; false where there is none. */
export function undo(): boolean {
  return go(undone, redone);
}

export function redo(): boolean {
  return go(redone, undone);
}

let settled: Step = step();

function step(): Step {
  return { range: views.get().range, scenario: scenario.value };
}

/** Keeps how things stood when they last came to rest. */
function remember(): void {
  undone.push(settled);
  if (undone.length > STEPS_KEPT) undone.shift();
  redone.length = 0;
}

function go(from: Step[], to: Step[]): boolean {
  const last = from.pop();
  if (!last) return false;
  to.push(step());
  settled = last;
  const { fromUs, toUs } = run.value.span;
  const within = last.range.fromUs >= fromUs && last.range.toUs <= toUs;
  batch(() => {
    scenario.value = last.scenario;
    views.set({ range: within ? last.range : run.value.span });
  });
  return true;
}
