/**
 * The way of a packet between the ends of a connection: a list of lines, which delay, and links, which queue,
 * send, lose and reorder. `forward` sends a packet on to the next element of its path.
 */
export { leaveHost } from './host';
export { Line, linePop } from './line';
export { Link, linkCountCapacity, linkFire, linkSetDown, linkSetRate, linkUsedBytes } from './link';
export { forward, RECEIVER, SENDER } from './network';
export { applyStep, Step } from './step';
export { TokenBucket } from './token-bucket';
export { Trace } from './trace';
export { WireLoss } from './wire-loss';
