/**
 * Our datapath behind a real socket, with a bottleneck to drive flows over, so that any CCP agent can be
 * tried without a kernel module. How it answers is src/datapath's.
 */
export { LiveDatapath, type LiveDatapathOptions, type LiveDatapathState, type LiveFlow } from './live.js';
