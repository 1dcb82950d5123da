/** What a slice graph means: slivers, the rules FIM holds them to, and where things hang. */
export { type Fields, RESERVATION_INFO, readFields, readJson } from './fields.js';
export { importGraph } from './import.js';
export { isIpAddress, isIpv6Address } from './ip-address.js';
export { Refused } from './refused.js';
export { SliceGraph } from './slice-graph.js';
export { readSliver, type Sliver, type SliverKind } from './sliver.js';
export { validateSlice } from './validate.js';
export {
  COMPONENT_TYPES,
  INNER_SERVICES,
  MIRROR_DIRECTIONS,
  NODE_TYPES,
  type NodeClass,
  PROVISIONED_SERVICES,
  type Relation,
} from './vocabulary.js';
