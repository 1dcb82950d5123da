export { type FacetsContent, type FacetsScene, facetsHeight, facetsScene, MOST_FACETS } from './facets.js';
export { groupStyle, runWords, type SweepFrame, type SweepPlace } from './frame.js';
export {
  type HeatMapCells,
  type HeatMapContent,
  type HeatMapScene,
  heatMapCells,
  heatMapHeight,
  heatMapScene,
} from './heat-map.js';
export {
  cellText,
  fitsMatrix,
  type MatrixCells,
  type MatrixContent,
  type MatrixScene,
  matrixCells,
  matrixHeight,
  matrixScene,
} from './matrix.js';
export { ALL_DRAWN } from './thinned.js';
