/** How the server's Python spells values: JSON, reprs and times that its answers and error texts quote. */
export { byCodePoint, dumps, dumpsInOrder, type Json, prettyDumps } from './json.js';
export { JsonDecodeError, loads } from './loads.js';
export { repr, typeName } from './repr.js';
export {
  formatLeaseTime,
  formatPythonTime,
  LEASE_TIME_FORMAT,
  parseLeaseTime,
  type ZonedTime,
} from './time.js';
