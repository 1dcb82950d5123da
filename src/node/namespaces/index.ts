/**
 * Network namespaces of this machine's kernel: making and removing them, cables between them, commands inside. In: names.
 * Out: what `ip` and `tc` say. It knows nothing of what they are for.
 */
export { type CableEnd, plugCable } from './cable.js';
export {
  ip,
  ipBatch,
  makeNamespace,
  namespaces,
  passOver,
  removeNamespace,
  requireNamespaces,
  setSysctls,
  tc,
} from './namespace.js';
