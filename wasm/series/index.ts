/**
 * Time series of fixed size: bins that double in width when the run is longer than they hold.
 */
export { createSeries, Series } from './series';
