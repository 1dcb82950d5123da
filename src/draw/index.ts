/**
 * What is drawn: the curves of runs, captures and comparisons as values, for a page's charts and for pictures without a
 * page, which it writes as SVG. It knows no DOM and no file.
 */
export { acrossAxis, upAxis, type ValueScale } from './axes.js';
export { comparisonFigure, overallFigure, seriesFigure } from './capture.js';
export type { Curve, Figure, Panel } from './figure.js';
export {
  curvePath,
  type EventRow,
  type Level,
  type PlotContent,
  type PlotCurve,
  type PlotFrame,
  type PlotScene,
  plotArea,
  plotScene,
  timeAxis,
} from './plot.js';
export { type DrawnSeries, notesPlots, type Plot, RUN_PLOTS, runFigure } from './run.js';
export { type Area, type Mark, type Path, type Scene, type Shape, type Size, shapeOutline } from './scene.js';
export { sceneToSvg } from './scene-svg.js';
export { figureToSvg } from './svg.js';
export {
  ALL_DRAWN,
  cellText,
  type FacetsContent,
  type FacetsScene,
  facetsHeight,
  facetsScene,
  fitsMatrix,
  groupStyle,
  type HeatMapCells,
  type HeatMapContent,
  type HeatMapScene,
  heatMapCells,
  heatMapHeight,
  heatMapScene,
  type MatrixCells,
  type MatrixContent,
  type MatrixScene,
  MOST_FACETS,
  matrixCells,
  matrixHeight,
  matrixScene,
  runWords,
  type SweepFrame,
  type SweepPlace,
} from './sweep/index.js';
export { BITS, rangeText, scaledUnit, timeText, type Units, valueText } from './units.js';
