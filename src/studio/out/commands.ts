import { sceneToSvg } from '../../draw/index.js';
import { LIGHT } from '../../palette/index.js';
import { allViews, scenePng, type View, type ViewTable } from '../../web/index.js';
import type { Command } from '../command.js';
import { problem, run, views } from '../session.js';

// What leaves the page: the view that has the focus, or had it last, as a picture of a paper's column or as its numbers.

/** Widths of one and of two columns of a paper, mm, and the height of a picture, of its width. */
const COLUMNS = [84, 174] as const;
const PX_PER_MM = 96 / 25.4;
const HIGH = 0.5;
const LEAST_HIGH_PX = 190;
/** Pixels of a PNG for each of the picture's. */
const PNG_SCALE = 4;

type Save = (name: string, content: string | Blob) => void;

/** Saves the view that is looked at. */
export function outCommands(save: Save): readonly Command[] {
  const one = (id: string, title: string, act: (view: View) => Promise<void>): Command => ({
    ...{ id, title },
    barred: () => (shownView() ? undefined : 'go to a view first'),
    act: async () => {
      const view = shownView();
      if (!view) return;
      try {
        await act(view);
      } catch (error) {
        problem.value = `${view.title} was not saved: ${(error as Error).message}`;
      }
    },
  });
  return [
    ...COLUMNS.map((mm) =>
      one(`out.svg${mm}`, `Save the view as SVG, ${mm} mm wide, for a paper`, async (view) =>
        save(`${view.id}-${mm}mm.svg`, sceneToSvg(await sceneOf(view, mm), LIGHT.page, mm)),
      ),
    ),
    ...COLUMNS.map((mm) =>
      one(`out.png${mm}`, `Save the view as PNG, ${mm} mm wide`, async (view) =>
        save(`${view.id}-${mm}mm.png`, await scenePng(await sceneOf(view, mm), LIGHT.page, PNG_SCALE)),
      ),
    ),
    one('out.csv', 'Save the numbers of the view as CSV', async (view) =>
      save(`${view.id}.csv`, csvOf(await view.table(run.value, views.get()))),
    ),
  ];
}

/** Paper is light, whatever the page is. */
async function sceneOf(view: View, mm: number) {
  const width = Math.round(mm * PX_PER_MM);
  const size = { width, height: Math.max(LEAST_HIGH_PX, Math.round(width * HIGH)) };
  return view.scene(run.value, { ...views.get(), theme: LIGHT }, size);
}

let last: string | undefined;

/** The view that has the focus, or had it last, as long as the run has it. */
function shownView(): View | undefined {
  last = document.activeElement?.closest<HTMLElement>('[data-view]')?.dataset['view'] ?? last;
  const view = allViews().find(({ id }) => id === last);
  return view?.needs(run.value) === true ? view : undefined;
}

if (typeof document !== 'undefined')
  document.addEventListener('focusin', ({ target }) => {
    last = (target as HTMLElement).closest<HTMLElement>('[data-view]')?.dataset['view'] ?? last;
  });

/** RFC 4180. A cell that a spreadsheet would take for a formula is text. */
function csvOf({ columns, rows }: ViewTable): string {
  const cell = (text: string): string => {
    const plain = /^[=+@\t]|^-\D/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
