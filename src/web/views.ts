import { plotView } from './plots/plot-view.js';
import { PLOTS } from './plots/spec.js';
import { flowsView } from './timeline/flows.js';
import { defineView } from './view.js';

// The registry's entries, in the order they are shown. Whoever imports this has all of them.
export const VIEWS = [flowsView, ...PLOTS.map(plotView)].map(defineView);
