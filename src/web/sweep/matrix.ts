import { cellText, type MatrixContent, matrixCells, matrixHeight, matrixScene, type Size } from '../../draw/index.js';
import type { Run } from '../../run/index.js';
import { mountFigure } from '../figure.js';
import type { ViewParts } from '../lazy.js';
import type { Picture } from '../picture.js';
import type { ViewState, ViewTable } from '../view.js';
import { matrixKeys, measureOf, shownRuns, sidesOf, sweepOfRun, withSweep } from './choice.js';
import { NO_SCALE, onPlace } from './place.js';
import { capital, estimateText } from './text.js';
import { mountChoices, optionsOf } from './tools.js';

const ENTRY = { id: 'matrix', title: 'A × B' } as const;

export const matrix: ViewParts = {
  mount: (host, context) =>
    mountFigure(host, { ...ENTRY, ...matrix }, context, {
      heightPx: (run, state) => matrixHeight(contentOf(run, state)),
      isOverTime: false,
      sweepFields: ['filter', 'measure', 'rows', 'columns'],
      picture: async (run, state, size) => picture(run, state, size),
      onPoint: onPlace,
      tools: (place, now) => {
        const sweep = () => sweepOfRun(now.run);
        const { state } = now;
        const sides = () => sidesOf(sweep(), state.get().sweep);
        return mountChoices(place, state, [
          {
            label: 'rows',
            options: () => optionsOf(matrixKeys(sweep())),
            chosen: () => sides().down.name,
            choose: (rows) => state.set(withSweep(state.get(), { rows, columns: sides().across.name })),
          },
          {
            label: 'columns',
            options: () => optionsOf(matrixKeys(sweep())),
            chosen: () => sides().across.name,
            choose: (columns) => state.set(withSweep(state.get(), { rows: sides().down.name, columns })),
          },
        ]);
      },
    }),
  table,
  describe: async (run, state) => {
    const content = contentOf(run, state);
    const { measure, down, across } = content;
    const { rows, columns, cells, isHeadToHead, left } = matrixCells(content);
    const all = cells.flatMap((line, row) =>
      line.flatMap((cell, column) =>
        cell.mean === null
          ? []
          : [{ mean: cell.mean, text: cellText(rows[row]!, columns[column]!, cell, content, state.units) }],
      ),
    );
    const [first] = all;
    const what = isHeadToHead
      ? `${capital(measure.title)} of ${down.name} head to head`
      : `Mean ${measure.title} by ${down.name} and ${across.name}`;
    if (!first) return `${what}: of these ${content.runs.length} runs no two are alike in all else.`;
    const most = all.reduce((a, b) => (b.mean > a.mean ? b : a), first);
    const more = left > 0 ? ` The first ${rows.length} values are shown, ${left} are not.` : '';
    return `${what}: most is ${most.text}.${more}`;
  },
  scene: async (run, state, size) => {
    const content = contentOf(run, state);
    const title =
      content.down === content.across
        ? `${content.down.name} head to head`
        : `${content.down.name} × ${content.across.name}`;
    return matrixScene(content, { ...frameOf(state), size, title: capital(title) });
  },
};

function contentOf(run: Run, { sweep: chosen }: ViewState): MatrixContent {
  const sweep = sweepOfRun(run);
  return {
    sweep,
    runs: shownRuns(sweep, chosen.filter).runs,
    ...sidesOf(sweep, chosen),
    measure: measureOf(sweep, chosen),
  };
}

function frameOf({ theme, units }: ViewState) {
  return { theme, units };
}

function picture(run: Run, state: ViewState, size: Size): Picture {
  const scene = matrixScene(contentOf(run, state), { ...frameOf(state), size });
  return { scene, key: [], points: scene.places, columns: scene.columns, scale: NO_SCALE };
}

async function table(run: Run, state: ViewState): Promise<ViewTable> {
  const content = contentOf(run, state);
  const { measure, down } = content;
  const { rows, columns, cells, isHeadToHead } = matrixCells(content);
  return {
    columns: [down.name, ...columns.map((name) => (isHeadToHead ? `minus ${name}` : name))],
    rows: cells.map((line, row) => [
      rows[row]!,
      ...line.map(({ mean, ci95 }) => estimateText(mean, ci95, measure.unit, state.units)),
    ]),
  };
}
