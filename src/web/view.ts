import { BITS, type Scene, type Size, type Units } from '../draw/index.js';
import type { Theme } from '../palette/index.js';
import type { Run } from '../run/index.js';

// What a view is, and what it is given. A view is registered once; menus, keys, help, pictures, tables and tests go by the
// registry.

/** Which of a time–sequence graph is shown. */
export interface SequenceState {
  /** Flow whose data it is about; null: the first that has packets. */
  readonly flow: number | null;
  readonly kind: 'tcptrace' | 'stevens' | 'window';
  /** Bytes at its lower and upper edge; null: what fills it. */
  readonly edges: readonly [low: number, high: number] | null;
  /** Times and bytes from the first that is shown, not from the beginning. */
  readonly ownTime: boolean;
  readonly ownBytes: boolean;
  readonly dragZooms: boolean;
}

/** How a sweep is looked at. What is null is chosen by the views, out of what there is. */
export interface SweepState {
  /** Words that runs must hold; empty: all of them. */
  readonly filter: string;
  /** Of a cell that was chosen, which the list of runs keeps to; empty: none. */
  readonly cell: string;
  /** The measure that is shown, and the one it is set against. */
  readonly measure: string | null;
  readonly against: string | null;
  /** Keys: what tells points apart, what panels are of ('' for none), the axes of the heat map, the sides of the matrix. */
  readonly group: string | null;
  readonly facet: string | null;
  readonly across: string | null;
  readonly down: string | null;
  readonly rows: string | null;
  readonly columns: string | null;
  /** What the list is in order of; null: as the sweep is. */
  readonly sort: { readonly column: string; readonly down: boolean } | null;
  /** Repeats as one line; null: where there are any. */
  readonly together: boolean | null;
}

/** What all views of a page share: a range that is brushed in one is shown by all. */
export interface ViewState {
  readonly range: { readonly fromUs: number; readonly toUs: number };
  /** Where a pointer is, in any of them. */
  readonly hoverUs: number | null;
  /** Flows left out. */
  readonly hidden: ReadonlySet<number>;
  /** A of a comparison, over which the run is laid as B; null where nothing is compared. */
  readonly pinned: Run | null;
  /** Round trips on a scale of which each step is as many times more. */
  readonly logRtt: boolean;
  /** How the time–sequence graph is looked at. */
  readonly sequence: SequenceState;
  /** How the runs of a sweep are looked at. */
  readonly sweep: SweepState;
  readonly theme: Theme;
  readonly units: Units;
}

/** State that tells who listens to it. */
export interface Store<T> {
  get(): T;
  set(change: Partial<T>): void;
  /** Calls `listener` after each change; what comes back ends it. */
  subscribe(listener: () => void): () => void;
}

export function createStore<T extends object>(first: T): Store<T> {
  let state = first;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set(change) {
      const changed = (Object.keys(change) as (keyof T)[]).some((key) => !Object.is(change[key], state[key]));
      if (!changed) return;
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export interface ViewContext {
  readonly run: Run;
  readonly state: Store<ViewState>;
  /** The reader chose another range; where several are chosen in one go, all but the last are `passing`. */
  readonly onRange: (range: ViewState['range'], passing: boolean) => void;
  /** The reader chose a flow of the run, where something is to be opened. */
  readonly onFlow?: (flow: number) => void;
  /** The reader chose a run of the sweep that is shown, where it can be made again. */
  readonly onRun?: (run: number) => void;
}

export interface ViewHandle {
  readonly element: HTMLElement;
  /** Shows another run in the same place. */
  show(run: Run): void;
  close(): void;
}

/** A table of a view: what it shows as text. */
export interface ViewTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface View {
  readonly id: string;
  readonly title: string;
  /** Jumps to it. */
  readonly key: string;
  /** True where the run has what it shows, else the reason why not. */
  needs(run: Run): true | string;
  mount(host: HTMLElement, context: ViewContext): ViewHandle;
  table(run: Run, state: ViewState): Promise<ViewTable>;
  /** One sentence that says what is to be seen. */
  describe(run: Run, state: ViewState): Promise<string>;
  /** It as a picture. */
  scene(run: Run, state: ViewState, size: Size): Promise<Scene>;
}

const registered = new Map<string, View>();

/** Adds a view to the registry, behind those there are. Throws for an id or a key that is taken. */
export function defineView(view: View): View {
  for (const { id, key } of registered.values())
    if (id === view.id || key === view.key) throw new Error(`two views are ${view.id} or have the key ${view.key}`);
  registered.set(view.id, view);
  return view;
}

/** Every view, in the order they are shown. */
export function allViews(): readonly View[] {
  return [...registered.values()];
}

const FIRST_SEQUENCE: SequenceState = {
  ...{ flow: null, kind: 'tcptrace', edges: null },
  ...{ ownTime: false, ownBytes: false, dragZooms: false },
};

export const FIRST_SWEEP: SweepState = {
  ...{ filter: '', cell: '', measure: null, against: null, group: null, facet: null },
  ...{ across: null, down: null, rows: null, columns: null, sort: null, together: null },
};

/** The state a run is first shown in: all of it. */
export function firstState(run: Run, theme: Theme): ViewState {
  return {
    range: run.span,
    hoverUs: null,
    hidden: new Set(),
    pinned: null,
    sequence: FIRST_SEQUENCE,
    sweep: FIRST_SWEEP,
    logRtt: false,
    theme,
    units: BITS,
  };
}
