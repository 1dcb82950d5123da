/** What several of the algorithms are made of. */
export { spectrum } from './fft.js';
export { checkNumbers } from './options.js';
export { WindowedMax, WindowedMin } from './windowed.js';
