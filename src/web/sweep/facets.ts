import { estimate } from '../../base/index.js';
import {
  ALL_DRAWN,
  type FacetsContent,
  facetsHeight,
  facetsScene,
  groupStyle,
  type Size,
  valueText,
} from '../../draw/index.js';
import type { Run } from '../../run/index.js';
import { mountFigure } from '../figure.js';
import type { ViewParts } from '../lazy.js';
import type { KeyEntry, Picture } from '../picture.js';
import type { ViewState, ViewTable } from '../view.js';
import {
  againstOf,
  facetKeys,
  facetOf,
  groupKeys,
  groupOf,
  measureOf,
  shownRuns,
  sweepOfRun,
  withSweep,
} from './choice.js';
import { NO_SCALE, onPlace } from './place.js';
import { capital, estimateText } from './text.js';
import { mountChoices, optionsOf } from './tools.js';

const ENTRY = { id: 'facets', title: 'Facets' } as const;

export const facets: ViewParts = {
  mount: (host, context) =>
    mountFigure(host, { ...ENTRY, ...facets }, context, {
      heightPx: (run, state, width) => facetsHeight(contentOf(run, state), width),
      isOverTime: false,
      sweepFields: ['filter', 'measure', 'against', 'group', 'facet'],
      picture: async (run, state, size) => picture(run, state, size),
      onPoint: onPlace,
      tools: (place, now) => {
        const sweep = () => sweepOfRun(now.run);
        const { state } = now;
        const set = (change: Partial<ViewState['sweep']>): void => state.set(withSweep(state.get(), change));
        return mountChoices(place, state, [
          {
            label: 'against',
            options: () => optionsOf(sweep().measures),
            chosen: () => againstOf(sweep(), state.get().sweep).name,
            choose: (against) => set({ against }),
          },
          {
            label: 'told apart by',
            options: () => optionsOf(groupKeys(sweep()), 'nothing'),
            chosen: () => groupOf(sweep(), state.get().sweep)?.name ?? '',
            choose: (group) => set({ group }),
          },
          {
            label: 'panels by',
            options: () => optionsOf(facetKeys(sweep()), 'nothing'),
            chosen: () => facetOf(sweep(), state.get().sweep)?.name ?? '',
            choose: (facet) => set({ facet }),
          },
        ]);
      },
    }),
  table,
  describe: async (run, state) => {
    const content = contentOf(run, state);
    const { x, y, facet, group, runs } = content;
    const known = runs.filter((at) => !Number.isNaN(x.values[at]!) && !Number.isNaN(y.values[at]!));
    if (known.length === 0) return `0 of ${runs.length} runs have both ${y.title} and ${x.title}.`;
    const span = (values: Float64Array, unit: typeof x.unit): string => {
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const at of known) [low, high] = [Math.min(low, values[at]!), Math.max(high, values[at]!)];
      return `${valueText(low, unit, state.units)} to ${valueText(high, unit, state.units)}`;
    };
    const panels = facet ? `, in panels by ${facet.name}` : '';
    const groups = group ? `, told apart by ${group.name}` : '';
    const left = known.length > ALL_DRAWN ? '; of those that fall on one place one is drawn, picked at random' : '';
    return `${known.length.toLocaleString('en')} runs, each a point: ${y.title} ${span(y.values, y.unit)} against ${x.title} ${span(x.values, x.unit)}${panels}${groups}${left}.`;
  },
  scene: async (run, state, size) => {
    const { x, y } = contentOf(run, state);
    return facetsScene(contentOf(run, state), {
      ...frameOf(state),
      size,
      title: `${capital(y.title)} against ${x.title}`,
    });
  },
};

function contentOf(run: Run, { sweep: chosen }: ViewState): FacetsContent {
  const sweep = sweepOfRun(run);
  return {
    sweep,
    runs: shownRuns(sweep, chosen.filter).runs,
    x: againstOf(sweep, chosen),
    y: measureOf(sweep, chosen),
    group: groupOf(sweep, chosen),
    facet: facetOf(sweep, chosen),
  };
}

function frameOf({ theme, units }: ViewState) {
  return { theme, units };
}

function picture(run: Run, state: ViewState, size: Size): Picture {
  const content = contentOf(run, state);
  const scene = facetsScene(content, { ...frameOf(state), size });
  const { group } = content;
  const key = (group?.values ?? []).map((value, place): KeyEntry => {
    const { colour, shape } = groupStyle(state.theme, place);
    return {
      ...{ label: value, colour, shape },
      valueAt: async () => '',
      beside: async () => ({ before: null, after: null }),
    };
  });
  return { scene, key, points: scene.places, scale: NO_SCALE };
}

/** A line for each panel and group: how many, and the means. */
async function table(run: Run, state: ViewState): Promise<ViewTable> {
  const { runs, x, y, group, facet } = contentOf(run, state);
  const members = new Map<string, number[]>();
  for (const at of runs) {
    const name = `${facet ? facet.places[at]! : 0} ${group ? group.places[at]! : 0}`;
    const own = members.get(name);
    if (own) own.push(at);
    else members.set(name, [at]);
  }
  const mean = (own: readonly number[], { values, unit }: typeof x): string => {
    const { mean: found, ci95 } = estimate(own.map((at) => (Number.isNaN(values[at]!) ? null : values[at]!)));
    return estimateText(found, ci95, unit, state.units);
  };
  const rows = [...members]
    .map(([name, own]) => ({ places: name.split(' ').map(Number), own }))
    .sort((a, b) => a.places[0]! - b.places[0]! || a.places[1]! - b.places[1]!)
    .map(({ places, own }) => [
      ...(facet ? [facet.values[places[0]!]!] : []),
      ...(group ? [group.values[places[1]!]!] : []),
      ...[String(own.length), mean(own, y), mean(own, x)],
    ]);
  return {
    columns: [
      ...(facet ? [facet.name] : []),
      ...(group ? [group.name] : []),
      'runs',
      `mean ${y.title}`,
      `mean ${x.title}`,
    ],
    rows,
  };
}
