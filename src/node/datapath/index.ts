/**
 * Our datapath behind a real socket, with a bottleneck to drive flows over, so that any CCP agent can be
 * tried without a kernel module. How it answers is src/datapath's.
 */
export { LiveDatapath } from './live.js';
export type { LiveDatapathOptions, LiveDatapathState, LiveFlow } from './types.js';
