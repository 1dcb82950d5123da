/**
 * How this package came to be on this machine: a checkout that builds itself, or an install that a reader
 * cannot rebuild with `npm run`. Out: where the package is, and what can be done about a missing helper there.
 * It starts nothing.
 */
export { type OwnPackage, ownPackage } from './own-package.js';
export { fromDebian, type HelperSituation, helperRemedy, helperSituation, prebuiltName } from './remedy.js';
