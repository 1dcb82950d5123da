/**
 * What a link of the studio holds: a scenario with its code, another to compare with, a view. In: states. Out: the part of an
 * address after its `#`, and back; and the same run as commands of a shell, as a program, as a page.
 */
export { commandLine, type Made } from './command-line.js';
export { FORMAT, isShared } from './format.js';
export { withImports } from './imports.js';
export { isLink, linkOf, MOST_LINK, stateOfLink } from './link.js';
export { programText } from './program.js';
export { reportPage } from './report-page.js';
export {
  readState,
  type SharedCode,
  type SharedResult,
  type SharedRun,
  type SharedState,
  type SharedView,
  VERSION,
} from './state.js';
