import { type Scene, type Size, type Units, valueText } from '../../draw/index.js';
import type { Run } from '../../run/index.js';
import { type Combination, combinations, filterRuns, type Sweep, sortRuns } from '../../sweep/index.js';
import { append } from '../dom.js';
import { nextFrame } from '../frame.js';
import type { ViewParts } from '../lazy.js';
import { installViewStyles } from '../styles.js';
import { type LongColumn, type LongRows, mountLongTable } from '../table/long-table.js';
import type { ViewContext, ViewHandle, ViewState, ViewTable } from '../view.js';
import { hasRepeats, isTogether, shownRuns, sweepOfRun, withSweep } from './choice.js';
import { estimateText } from './text.js';

// Every run a line, or every combination with what its repeats say together; each column sorts, and a line opens its run.

const TITLE = 'Runs';
const LINE = 18;
let mounted = 0;

export const runs: ViewParts = {
  mount,
  table: async (run, state): Promise<ViewTable> => {
    const rows = rowsOf(run, state);
    return {
      columns: rows.columns.map(({ title }) => title),
      rows: Array.from({ length: rows.length }, (_, at) => [...rows.row(at)]),
    };
  },
  describe: async (run, state) => sentence(run, state),
  scene: async (run, state, size) => scene(run, state, size),
};

/** The runs of the list: those of the filter, and of the cell that was chosen. */
function listed(sweep: Sweep, { filter, cell }: ViewState['sweep']): Uint32Array {
  const shown = shownRuns(sweep, filter).runs;
  if (cell === '') return shown;
  const { runs: own } = filterRuns(sweep, cell);
  const isOwn = new Uint8Array(sweep.length);
  for (const run of own) isOwn[run] = 1;
  return shown.filter((run) => isOwn[run] === 1);
}

interface RunRows extends LongRows {
  /** The run of a line; of a combination its first. */
  readonly runAt: (at: number) => number;
  /** What each column sorts by. */
  readonly names: readonly string[];
}

function rowsOf(run: Run, state: ViewState): RunRows {
  const sweep = sweepOfRun(run);
  const { sweep: chosen, units } = state;
  const own = listed(sweep, chosen);
  return isTogether(sweep, chosen)
    ? combinationRows(sweep, own, chosen.sort, units)
    : runRows(sweep, own, chosen.sort, units);
}

type Sort = ViewState['sweep']['sort'];

const WIDTHS = { run: 7, number: 11, estimate: 20 } as const;

function keyColumns({ keys }: Sweep, sort: Sort): LongColumn[] {
  return keys.map(({ name, values, sizes }) => ({
    ...{ title: name, isWord: sizes === null, ...sorted(name, sort) },
    width: Math.min(
      40,
      values.reduce((most, value) => Math.max(most, value.length), name.length),
    ),
  }));
}

function sorted(name: string, sort: Sort): Pick<LongColumn, 'sorted'> {
  return sort?.column === name ? { sorted: sort.down ? 'descending' : 'ascending' } : {};
}

function runRows(sweep: Sweep, own: Uint32Array, sort: Sort, units: Units): RunRows {
  const { keys, measures, seeds } = sweep;
  const order = sortRuns(sweep, own, sort?.column ?? null, sort?.down ?? false);
  const hasSeed = !keys.some(({ name }) => name === 'seed');
  const seedOf = (run: number): string => (Number.isNaN(seeds[run]!) ? '–' : String(seeds[run]!));
  return {
    length: order.length,
    names: ['run', ...keys.map(({ name }) => name), ...(hasSeed ? ['seed'] : []), ...measures.map(({ name }) => name)],
    columns: [
      { title: 'run', width: WIDTHS.run, ...sorted('run', sort) },
      ...keyColumns(sweep, sort),
      ...(hasSeed ? [{ title: 'seed', width: WIDTHS.run, ...sorted('seed', sort) }] : []),
      ...measures.map(({ name, title }) => ({
        ...{ title, width: Math.max(title.length, WIDTHS.number), ...sorted(name, sort) },
      })),
    ],
    runAt: (at) => order[at]!,
    row: (at) => {
      const run = order[at]!;
      return [
        String(run + 1),
        ...keys.map(({ values, places }) => values[places[run]!]!),
        ...(hasSeed ? [seedOf(run)] : []),
        ...measures.map(({ values, unit }) => valueText(values[run]!, unit, units)),
      ];
    },
  };
}

function combinationRows(sweep: Sweep, own: Uint32Array, sort: Sort, units: Units): RunRows {
  const { keys, measures } = sweep;
  const all = combinationsOf(sweep, own);
  const order = sortedCombinations(sweep, all, sort);
  return {
    length: order.length,
    names: ['run', ...keys.map(({ name }) => name), 'n', ...measures.map(({ name }) => name)],
    columns: [
      { title: 'from run', width: WIDTHS.run + 2, ...sorted('run', sort) },
      ...keyColumns(sweep, sort),
      { title: 'n', width: 4, ...sorted('n', sort) },
      ...measures.map(({ name, title }) => ({
        ...{ title, width: Math.max(title.length, WIDTHS.estimate), ...sorted(name, sort) },
      })),
    ],
    runAt: (at) => order[at]!.run,
    row: (at) => {
      const { run, n, estimates } = order[at]!;
      return [
        String(run + 1),
        ...keys.map(({ values, places }) => values[places[run]!]!),
        String(n),
        ...estimates.map(({ mean, ci95 }, i) => estimateText(mean, ci95, measures[i]!.unit, units)),
      ];
    },
  };
}

let last: { readonly sweep: Sweep; readonly own: Uint32Array; readonly found: readonly Combination[] } | undefined;

/** Sorting and units change neither. */
function combinationsOf(sweep: Sweep, own: Uint32Array): readonly Combination[] {
  const isLast = last?.sweep === sweep && last.own.length === own.length && last.own.every((run, i) => run === own[i]);
  if (!last || !isLast) last = { sweep, own, found: combinations(sweep, own) };
  return last.found;
}

function sortedCombinations(sweep: Sweep, all: readonly Combination[], sort: Sort): readonly Combination[] {
  if (!sort) return all;
  const { column, down } = sort;
  const measure = sweep.measures.findIndex(({ name }) => name === column);
  const key = sweep.keys.find(({ name }) => name === column);
  const valueIn = ({ run, n, estimates }: Combination): number => {
    if (measure >= 0) return estimates[measure]!.mean ?? Number.NaN;
    if (key) return key.sizes ? key.sizes[key.places[run]!]! : key.places[run]!;
    return column === 'n' ? n : run;
  };
  const valued = all.map((one) => ({ one, value: valueIn(one) }));
  const known = valued.filter(({ value }) => !Number.isNaN(value));
  known.sort((a, b) => (down ? b.value - a.value : a.value - b.value) || a.one.run - b.one.run);
  return [...known, ...valued.filter(({ value }) => Number.isNaN(value))].map(({ one }) => one);
}

function sentence(run: Run, state: ViewState): string {
  const sweep = sweepOfRun(run);
  const { sort, cell } = state.sweep;
  const own = listed(sweep, state.sweep);
  const number = (count: number): string => count.toLocaleString('en');
  const part =
    own.length === sweep.length
      ? `${number(own.length)} runs`
      : `${number(own.length)} of ${number(sweep.length)} runs`;
  const together = isTogether(sweep, state.sweep)
    ? `, repeats together with the 95 % interval of their mean: ${number(combinationsOf(sweep, own).length)} combinations`
    : '';
  const column = [...sweep.measures.map(({ name, title }) => ({ name, title }))].find(
    ({ name }) => name === sort?.column,
  );
  const order = sort ? `, by ${column?.title ?? sort.column}${sort.down ? ', the greatest first' : ''}` : '';
  return `${part}${cell === '' ? '' : ` of ${cell}`}${together}${order}.`;
}

function mount(host: HTMLElement, given: ViewContext): ViewHandle {
  installViewStyles();
  mounted += 1;
  let { run } = given;
  const { state } = given;
  const figure = append(host, 'figure', 'view');
  figure.dataset['view'] = 'runs';
  const title = append(append(figure, 'figcaption'), 'h2', '', TITLE);
  title.id = `runs-${mounted}-title`;
  figure.setAttribute('aria-labelledby', title.id);
  const tools = append(figure, 'div', 'view-tools');
  const cell = append(tools, 'button', 'view-chip');
  cell.type = 'button';
  cell.title = 'Show the runs of all cells again';
  cell.addEventListener('click', () => state.set(withSweep(state.get(), { cell: '' })));
  const together = append(tools, 'button');
  together.type = 'button';
  together.addEventListener('click', () => {
    const isOne = isTogether(sweepOfRun(run), state.get().sweep);
    state.set(withSweep(state.get(), { together: !isOne, sort: null }));
  });
  let rows = rowsOf(run, state.get());
  const says = append(figure, 'p', 'view-says');
  const live = append(figure, 'p', 'view-live');
  live.setAttribute('aria-live', 'polite');
  const table = mountLongTable(figure, {
    label: 'Runs of the sweep',
    onSort: (column) => {
      const name = rows.names[column]!;
      const { sort } = state.get().sweep;
      // A number is first wanted from its greatest.
      const isNumber = sweepOfRun(run).measures.some((one) => one.name === name);
      const down = sort?.column === name ? !sort.down : isNumber;
      state.set(withSweep(state.get(), { sort: { column: name, down } }));
    },
    ...(given.onRun ? { onOpen: (at: number) => given.onRun?.(rows.runAt(at)) } : {}),
    say: (text) => {
      live.textContent = text;
    },
  });
  // The sentence stands below, as in every view.
  figure.append(says);
  const empty = append(
    figure,
    'p',
    'view-empty',
    'No run holds all of these words. Take one away, or clear the filter.',
  );
  let painted = 0;
  const show = (): void => {
    const sweep = sweepOfRun(run);
    const now = state.get();
    rows = rowsOf(run, now);
    cell.hidden = now.sweep.cell === '';
    cell.textContent = `${now.sweep.cell} ×`;
    together.hidden = !hasRepeats(sweep);
    together.textContent = isTogether(sweep, now.sweep) ? 'Each run' : 'Repeats together';
    empty.hidden = rows.length > 0;
    table.box.hidden = rows.length === 0;
    table.show(rows);
    says.textContent = sentence(run, now);
    painted += 1;
    figure.dataset['painted'] = String(painted);
  };
  let before = state.get();
  const unsubscribe = state.subscribe(() => {
    const now = state.get();
    if (now.sweep === before.sweep && now.units === before.units) return;
    before = now;
    nextFrame(show);
  });
  show();
  return {
    element: figure,
    show(next) {
      if (!next.sweep) return;
      run = next;
      nextFrame(show);
    },
    close() {
      unsubscribe();
      table.close();
      figure.remove();
    },
  };
}

/** The first lines of the list, as a picture. */
function scene(run: Run, state: ViewState, size: Size): Scene {
  const { theme } = state;
  const rows = rowsOf(run, state);
  const fit = Math.max(1, Math.floor((size.width - 24) / 92));
  const columns = rows.columns.slice(0, fit);
  const width = (size.width - 24) / columns.length;
  const count = Math.max(0, Math.min(rows.length, Math.floor((size.height - 50) / LINE)));
  const lines = [
    columns.map(({ title }) => title),
    ...Array.from({ length: count }, (_, at) => rows.row(at).slice(0, fit)),
  ];
  const area = { x: 12, y: 28, width: size.width - 24, height: size.height - 40 };
  return {
    ...{ width: size.width, height: size.height, area },
    marks: [
      { kind: 'text', x: 12, y: 18, text: sentence(run, state), colour: theme.text, size: 13, weight: 600 },
      { kind: 'line', path: [12, 50, size.width - 12, 50], colour: theme.line, width: 1 },
      ...lines.flatMap((line, at) =>
        line.map((text, column) => ({
          ...{ kind: 'text' as const, x: 12 + (column + 1) * width - 6, y: 44 + at * LINE, text, size: 11 },
          ...{ colour: at === 0 ? theme.muted : theme.text, anchor: 'end' as const },
        })),
      ),
    ],
  };
}
