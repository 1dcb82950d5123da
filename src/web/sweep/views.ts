/** What views of sweeps are made of, fetched with the first sweep. */
export { mountSweepBar } from './bar.js';
export { facets } from './facets.js';
export { heatMap } from './heat-map.js';
export { matrix } from './matrix.js';
export { runs } from './runs.js';
