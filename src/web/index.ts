/**
 * The room with the DOM, as other rooms see it: workers, and views of runs. Pages of others see `public.ts`, the package's
 * door.
 */
export { type CaptureOverview, remoteCallback } from '../client/index.js';
export { append } from './dom.js';
export { isPainted, nextFrame } from './frame.js';
export { rangeKey } from './gestures.js';
export { scenePng } from './plots/canvas.js';
export { flowName, flowStyle } from './plots/plot-view.js';
export { currentTheme, installPalette } from './plots/theme.js';
export { type CaptureWorker, spawnCapture } from './spawn-capture.js';
export { type SimWorker, spawnSim } from './spawn-sim.js';
export { mountSweepBar } from './sweep/entries.js';
export { showTable } from './table/rows.js';
export { mountBrush } from './timeline/brush.js';
export {
  allViews,
  createStore,
  firstState,
  type Store,
  type View,
  type ViewContext,
  type ViewHandle,
  type ViewState,
  type ViewTable,
} from './view.js';
export { VIEWS } from './views.js';
