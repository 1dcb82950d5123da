import type { Sweep } from '../../sweep/index.js';
import { lazyMount, lazyView } from '../lazy.js';
import type { View } from '../view.js';

// The views of sweeps as the registry has them: light, since most pages show none.

const load = () => import('./views.js');

const NOT_ONE = 'it is of a sweep: open the folder of one';

function needs(what: (sweep: Sweep) => true | string): View['needs'] {
  return ({ sweep }) => (sweep ? what(sweep) : NOT_ONE);
}

/** Keys that have several values. */
function varied({ keys }: Sweep): number {
  return keys.filter(({ values }) => values.length > 1).length;
}

export const SWEEP_VIEWS: readonly View[] = [
  lazyView(
    {
      id: 'facets',
      title: 'Facets',
      key: 'Shift+F',
      needs: needs(({ measures }) => measures.length > 1 || 'it sets two numbers of a run against each other'),
    },
    async () => (await load()).facets,
  ),
  lazyView(
    {
      id: 'heat-map',
      title: 'Heat map',
      key: 'Shift+H',
      needs: needs((sweep) =>
        sweep.measures.length === 0
          ? 'no number is known of its runs'
          : varied(sweep) > 1 || 'it needs two things that were varied',
      ),
    },
    async () => (await load()).heatMap,
  ),
  lazyView(
    {
      id: 'matrix',
      title: 'A × B',
      key: 'Shift+M',
      needs: needs(
        ({ keys, measures }) =>
          (measures.length > 0 && keys.some(({ values }) => values.length > 1 && values.length <= 16)) ||
          'it needs something of which 2 to 16 values were tried',
      ),
    },
    async () => (await load()).matrix,
  ),
  lazyView({ id: 'runs', title: 'Runs', key: 'Shift+T', needs: needs(() => true) }, async () => (await load()).runs),
];

/** What is asked of all views of a sweep: which runs, and which number of theirs. */
export const mountSweepBar = lazyMount(async () => (await load()).mountSweepBar, 'The filter of the sweep');
