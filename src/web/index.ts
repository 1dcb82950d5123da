/**
 * The room with the DOM: spawning workers from a page, file input, plots. It shows what the
 * host-free rooms computed and decides nothing.
 */
export * from '../index.js';
