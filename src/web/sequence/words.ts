import type { SequenceKind } from '../../run/index.js';

/** What the kinds of a time–sequence graph are called. */
export const WORDS: Readonly<Record<SequenceKind, { readonly one: string; readonly many: string }>> = {
  window: { one: "the window's edge", many: 'window edges' },
  ack: { one: 'ACK', many: 'ACKs' },
  data: { one: 'data', many: 'segments' },
  'in-flight': { one: 'in flight', many: 'in flight' },
  gap: { one: 'acknowledged, never seen', many: 'acknowledged but never seen' },
  'duplicate-ack': { one: 'duplicate ACK', many: 'duplicate ACKs' },
  sack: { one: 'SACK', many: 'SACK blocks' },
  reordered: { one: 'out of order', many: 'out of order' },
  'lost-before': { one: 'resent, lost before the capture', many: 'resent, lost before the capture' },
  'duplicate-sack': { one: 'D-SACK', many: 'D-SACKs' },
  retransmission: { one: 'retransmission', many: 'retransmissions' },
  spurious: { one: 'spurious retransmission', many: 'spurious retransmissions' },
};
