/** Property graphs and the texts they travel in: GraphML of every dialect, node-link JSON. */
export { graphFailure } from './failure.js';
export { type ReadGraphmlOptions, readGraphml } from './graphml-read.js';
export { writeGraphml } from './graphml-write.js';
export { readNodeLink } from './node-link.js';
export {
  type GraphEdge,
  type GraphNode,
  type Properties,
  type PropertyGraph,
  type PropertyValue,
  textOf,
} from './property-graph.js';
export { writeServerCytoscape, writeServerGraphml, writeServerNodeLink } from './server-texts.js';
