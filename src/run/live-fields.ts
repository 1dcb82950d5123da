import type { FieldMeaning } from '../agent/index.js';
import type { EventKind, Quantity } from './query.js';

/** What a field of an agent's reports becomes in a run. */
export interface FieldUse {
  /** Its place among the fields. */
  readonly field: number;
  readonly quantity: Quantity | EventKind;
  /** Its last value, its growth in a second, or its growth as so many events. */
  readonly kind: 'last' | 'sum' | 'event';
  /** Counted in segments: times the flow's segment size it is bytes. */
  readonly scale?: 'mss';
}

type Use = Omit<FieldUse, 'field'>;

/** By the input a field is made of; the first field of a quantity is taken, in this order. */
const USES: readonly (readonly [input: string, adds: boolean | null, use: Use])[] = [
  ['Flow.rtt_sample_us', null, { quantity: 'rtt', kind: 'last' }],
  ['Flow.srtt_us', null, { quantity: 'rtt', kind: 'last' }],
  ['Flow.min_rtt_us', null, { quantity: 'rttLeast', kind: 'last' }],
  ['Flow.bytes_in_flight', false, { quantity: 'inFlight', kind: 'last' }],
  ['Flow.packets_in_flight', false, { quantity: 'inFlight', kind: 'last', scale: 'mss' }],
  ['Flow.rate_incoming', false, { quantity: 'deliveryRate', kind: 'last' }],
  ['Flow.rate_outgoing', false, { quantity: 'sendingRate', kind: 'last' }],
  ['Ack.bytes_acked', true, { quantity: 'deliveryRate', kind: 'sum' }],
  ['Ack.lost_pkts_sample', true, { quantity: 'loss', kind: 'event' }],
  ['Ack.ecn_packets', true, { quantity: 'mark', kind: 'event' }],
  ['Flow.was_timeout', null, { quantity: 'timeout', kind: 'event' }],
];

/** What the fields of a program are shown as; one that means nothing known is shown by its name only. */
export function fieldUses(fields: readonly FieldMeaning[]): readonly FieldUse[] {
  const taken = new Set<string>();
  const uses: FieldUse[] = [];
  // Of round trips, one that is no least of several says more.
  const order = fields
    .map((meaning, field) => ({ ...meaning, field }))
    .sort((a, b) => Number(/min/i.test(a.name)) - Number(/min/i.test(b.name)));
  for (const [input, adds, use] of USES) {
    for (const meaning of order) {
      if (meaning.of !== input || (adds !== null && meaning.adds !== adds) || taken.has(use.quantity)) continue;
      taken.add(use.quantity);
      uses.push({ field: meaning.field, ...use });
    }
  }
  return uses;
}
