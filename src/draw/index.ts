/**
 * What is drawn: the curves of runs, captures and comparisons as values, for a page's charts and for pictures without a
 * page, which it writes as SVG. It knows no DOM and no file.
 */
export { comparisonFigure, overallFigure, seriesFigure } from './capture.js';
export type { Curve, Figure, Panel } from './figure.js';
export { type DrawnSeries, notesPlots, type Plot, RUN_PLOTS, runFigure } from './run.js';
export { figureToSvg } from './svg.js';
export { type SweepPoint, sweepPanel } from './sweep.js';
