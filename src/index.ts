/**
 * Mooring's public surface for every host: browsers, workers and Node. `mooring/node` adds
 * sockets, files and processes; `mooring/web` adds what needs a page.
 */
export * from './agent/index.js';
export * from './algorithms/index.js';
export * from './base/index.js';
export * from './capture/index.js';
export { type ModuleName, provideModule } from './core/index.js';
export * from './datapath/index.js';
export * from './program/index.js';
export * from './sim/index.js';
export * from './twine/index.js';
export * from './wire/index.js';
