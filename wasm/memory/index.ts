/**
 * The module's memory: an arena for what lives as long as the instance, and byte buffers through which the
 * host hands text and messages in and takes them out.
 */
export { arenaAlloc, arenaReset } from './arena';
export { Bytes, createBytes, input, output } from './bytes';
