import {
  type HeatMapContent,
  heatMapCells,
  heatMapHeight,
  heatMapScene,
  type Size,
  valueText,
} from '../../draw/index.js';
import type { Run } from '../../run/index.js';
import { mountFigure } from '../figure.js';
import type { ViewParts } from '../lazy.js';
import type { Picture } from '../picture.js';
import type { ViewState, ViewTable } from '../view.js';
import { axesOf, measureOf, shownRuns, sweepOfRun, variedKeys, withSweep } from './choice.js';
import { NO_SCALE, onPlace } from './place.js';
import { estimateText } from './text.js';
import { mountChoices, optionsOf } from './tools.js';

const ENTRY = { id: 'heat-map', title: 'Heat map' } as const;

export const heatMap: ViewParts = {
  mount: (host, context) =>
    mountFigure(host, { ...ENTRY, ...heatMap }, context, {
      heightPx: (run, state) => heatMapHeight(contentOf(run, state)),
      isOverTime: false,
      sweepFields: ['filter', 'measure', 'across', 'down'],
      picture: async (run, state, size) => picture(run, state, size),
      onPoint: onPlace,
      tools: (place, now) => {
        const sweep = () => sweepOfRun(now.run);
        const { state } = now;
        const axes = () => axesOf(sweep(), state.get().sweep);
        return mountChoices(place, state, [
          {
            label: 'across',
            options: () => (variedKeys(sweep()).length > 2 ? optionsOf(variedKeys(sweep())) : []),
            chosen: () => axes().across.name,
            choose: (across) =>
              state.set(
                withSweep(state.get(), {
                  across,
                  ...(axes().down.name === across ? { down: axes().across.name } : {}),
                }),
              ),
          },
          {
            label: 'up',
            options: () => optionsOf(variedKeys(sweep())),
            chosen: () => axes().down.name,
            choose: (down) =>
              state.set(
                withSweep(state.get(), { down, ...(axes().across.name === down ? { across: axes().down.name } : {}) }),
              ),
          },
        ]);
      },
    }),
  table,
  describe: async (run, state) => {
    const { measure, across, down, runs } = contentOf(run, state);
    const { columns, rows, cells } = heatMapCells(contentOf(run, state));
    const all = cells.flatMap((line, row) =>
      line.map(({ mean, n }, column) => ({ mean, n, where: `${columns[column]}, ${rows[row]}` })),
    );
    const known = all.flatMap(({ mean, where }) => (mean === null ? [] : [{ mean, where }]));
    const [first] = known;
    const title = `Mean ${measure.title} by ${across.name} and ${down.name}`;
    if (!first) return `${title}: nothing is known of these ${runs.length} runs.`;
    const least = known.reduce((a, b) => (b.mean < a.mean ? b : a), first);
    const most = known.reduce((a, b) => (b.mean > a.mean ? b : a), first);
    const value = (of: number): string => valueText(of, measure.unit, state.units);
    const empty = all.filter(({ n }) => n === 0).length;
    const holes = empty === 0 ? '' : `; ${empty} of ${all.length} cells ${empty === 1 ? 'has' : 'have'} no run`;
    return `${title}: from ${value(least.mean)} at ${least.where} to ${value(most.mean)} at ${most.where}${holes}.`;
  },
  scene: async (run, state, size) =>
    heatMapScene(contentOf(run, state), {
      ...frameOf(state),
      size,
      title: `Mean ${contentOf(run, state).measure.title}`,
    }),
};

function contentOf(run: Run, { sweep: chosen }: ViewState): HeatMapContent {
  const sweep = sweepOfRun(run);
  return {
    sweep,
    runs: shownRuns(sweep, chosen.filter).runs,
    ...axesOf(sweep, chosen),
    measure: measureOf(sweep, chosen),
  };
}

function frameOf({ theme, units }: ViewState) {
  return { theme, units };
}

function picture(run: Run, state: ViewState, size: Size): Picture {
  const scene = heatMapScene(contentOf(run, state), { ...frameOf(state), size });
  return { scene, key: [], points: scene.places, columns: scene.columns, scale: NO_SCALE };
}

/** As it stands: what goes up as lines, what goes across as columns. */
async function table(run: Run, state: ViewState): Promise<ViewTable> {
  const content = contentOf(run, state);
  const { unit } = content.measure;
  const { columns, rows, cells } = heatMapCells(content);
  return {
    columns: [`mean ${content.measure.title}`, ...columns],
    rows: cells.map((line, row) => [
      rows[row]!,
      ...line.map(({ mean, ci95 }) => estimateText(mean, ci95, unit, state.units)),
    ]),
  };
}
