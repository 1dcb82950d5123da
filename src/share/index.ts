/**
 * What a link of the studio holds: a scenario with its code, another to compare with, a view. In: states. Out: the part of an
 * address after its `#`, and back.
 */
export { FORMAT, isShared } from './format.js';
export { withImports } from './imports.js';
export { isLink, linkOf, MOST_LINK, stateOfLink } from './link.js';
export {
  readState,
  type SharedCode,
  type SharedResult,
  type SharedRun,
  type SharedState,
  type SharedView,
  VERSION,
} from './state.js';
