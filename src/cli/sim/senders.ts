import { BUILTIN_SENDERS } from '../../sim/index.js';
import { ALGORITHM_NAMES } from '../algorithm.js';

/** What a simulated flow can run by name: the package's algorithms and the simulator's own senders. */
export const SENDER_NAMES: readonly string[] = [...ALGORITHM_NAMES, ...BUILTIN_SENDERS];
