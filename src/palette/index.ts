/**
 * The colours of everything that is drawn, once: pages, reports, pictures. It knows nothing else. test/palette computes
 * how far apart they are for every kind of sight.
 */
export { paletteCss } from './css.js';
export { onRamp, rampColour } from './ramp.js';
export { DARK, LIGHT, seriesColour, seriesDash, type Theme } from './theme.js';
