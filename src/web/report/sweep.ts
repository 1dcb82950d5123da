import { type PackedTexts, unpackTexts } from '../../packed/index.js';
import { fromSweep } from '../../run/index.js';
import { type FrozenSweep, thawSweep } from '../../sweep/index.js';
import { append } from '../dom.js';
import { currentTheme } from '../plots/theme.js';
import { mountSweepBar } from '../sweep/entries.js';
import { createStore, firstState, type SweepState, type ViewContext, type ViewState } from '../view.js';
import { VIEWS } from '../views.js';
import { showRows } from './rows.js';

/** A sweep or a comparison: its runs by column, as there may be a hundred thousand, and what else is said of them. */
export interface SweepData {
  readonly sweep: FrozenSweep;
  /** What is looked at first. */
  readonly view?: Partial<SweepState>;
  readonly tables: readonly {
    readonly title: string;
    readonly columns: readonly { readonly name: string; readonly cells: PackedTexts }[];
  }[];
}

/** The views of the studio, and the tables under them. */
export function showSweep(parent: HTMLElement, title: string, { sweep, view, tables }: SweepData): void {
  const run = fromSweep(thawSweep(sweep), { title, files: [], command: null });
  const first = firstState(run, currentTheme());
  const state = createStore<ViewState>({ ...first, sweep: { ...first.sweep, ...view } });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => state.set({ theme: currentTheme() }));
  for (const text of run.warnings) append(parent, 'p', 'about', text);
  const context: ViewContext = { run, state, onRange: () => {} };
  mountSweepBar(append(parent, 'div', 'brush'), context);
  const views = append(parent, 'div', 'views');
  for (const one of VIEWS) if (one.needs(run) === true) one.mount(append(views, 'div'), context);
  for (const { title: name, columns } of tables) {
    append(parent, 'h2', '', name);
    const cells = columns.map((column) => unpackTexts(column.cells));
    showRows(
      parent,
      name,
      columns.map((column) => column.name),
      {
        length: cells[0]?.length ?? 0,
        widths: columns.map((column) => column.cells.texts.reduce((most, text) => Math.max(most, text.length), 0)),
        row: (at) => cells.map((column) => column.at(at) ?? ''),
      },
    );
  }
}
