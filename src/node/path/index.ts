/**
 * A path for TCP flows of this kernel: sender, bottleneck, delay and receiver in namespaces of its own, flows through
 * it, and what the kernel tells of them. In: rate, delay, queue. Out: namespaces to start programs in, figures.
 */
export { whyNoKernelFlows } from './needs.js';
export { buildKernelPath, type KernelPath, type KernelPathOptions } from './path.js';
export { parseSocketStats, type SocketStats, socketStats } from './socket-stats.js';
export { type SocketSample, sendThrough, type Transfer, type TransferOptions } from './transfer.js';
