import { BUILTIN_SENDERS, type BuiltinSender } from '../../sim/index.js';
import { ALGORITHM_HELP, ALGORITHM_NAMES, linesOf } from '../algorithm.js';

/** What a simulated flow can run by name: the package's algorithms and the simulator's own senders. */
export const SENDER_NAMES: readonly string[] = [...ALGORITHM_NAMES, ...BUILTIN_SENDERS];

const BUILTIN_SUMMARIES: Readonly<Record<`builtin:${BuiltinSender}`, string>> = {
  'builtin:reno': 'RFC 5681, 6582, as Linux counts',
  'builtin:cubic': 'RFC 9438, with HyStart',
  'builtin:dctcp': 'RFC 8257, over a queue that marks by a step',
  'builtin:prague': 'for low latency, over DualPI2 (RFC 9331, 9332)',
  'builtin:bbr': 'version 1, as Linux has it',
  'builtin:bbr3': 'draft-ietf-ccwg-bbr',
  'builtin:udp': 'datagrams as its source offers them: cross traffic',
};

/** Help: all that a simulated flow can run by name. */
export const SENDER_HELP: string = [
  ALGORITHM_HELP,
  '\nSenders without an agent, in a simulation:',
  ...linesOf(BUILTIN_SUMMARIES),
].join('\n');
