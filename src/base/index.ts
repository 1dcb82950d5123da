/**
 * The ground every room stands on: errors with codes, quantities with units, unsigned 64-bit
 * values and a seeded random generator. Values in, values out; it knows no room above it, no
 * clock and no host.
 */
export { ERROR, type ErrorCode, type Errors } from '../generated/errors.js';
export { MooringError } from './errors.js';
export { type Estimate, estimate, estimateOfMoments } from './estimate.js';
export { type PlainError, type PlainValue, plainError, plainValue } from './plain.js';
export { checkPrimitives, EXTRA_PRIMITIVES, type ExtraPrimitive } from './primitives.js';
export { printable, printableLines } from './printable.js';
export { parseQueueSize, type QueueSize } from './queue-size.js';
export { createRng, type Rng } from './rng.js';
export { toBigint, toU64, type U64 } from './u64.js';
export {
  formatDuration,
  formatRate,
  formatShare,
  formatSize,
  parseDurationUs,
  parseRateBytesPerSecond,
  parseShare,
  parseSize,
  type SizeFormat,
} from './units.js';
export { unreachable } from './unreachable.js';
