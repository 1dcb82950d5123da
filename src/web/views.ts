import { rttCdfView } from './plots/distribution.js';
import { plotView } from './plots/plot-view.js';
import { rateDelayView } from './plots/rate-delay.js';
import { PLOTS } from './plots/spec.js';
import { sequenceView } from './sequence/view.js';
import { SWEEP_VIEWS } from './sweep/entries.js';
import { flowsView } from './timeline/flows.js';
import { limitsView } from './timeline/limits.js';
import { defineView } from './view.js';

// The registry's entries, in the order they are shown. Whoever imports this has all of them.
export const VIEWS = [
  flowsView,
  ...PLOTS.map(plotView),
  rttCdfView,
  rateDelayView,
  sequenceView,
  limitsView,
  ...SWEEP_VIEWS,
].map(defineView);
