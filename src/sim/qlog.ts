import { describeScenario } from './describe.js';
import type { NormalisedFlowGroup, NormalisedScenario } from './normalised-scenario.js';
import { type LossRecord, type PacketRecord, RecordQueue, type StateRecord, type Tap, type TapRecord } from './tap.js';

// What senders of a simulation do, as qlog: draft-ietf-quic-qlog-main-schema's sequential file (RFC 7464: a record
// separator before each object) with the events of draft-ietf-quic-qlog-quic-events. TCP's words go over into QUIC's
// where they mean the same: a packet's number counts transmissions, SYNs are `initial` packets and the rest `1RTT`,
// what an ACK acknowledges for the first time is its ranges. An acknowledgement of a segment sent twice counts for the
// later copy: TCP does not tell which one arrived.

/** What must be recorded for it: the `taps` of a simulation. */
export const QLOG_TAPS: readonly Tap[] = ['sender', 'state'];

/**
 * How events are called: `'0.3'` as qvis and the tools of its time read it, `draft` as the drafts of 2025 have it
 * (main schema 13, QUIC events 12).
 */
export type QlogSchema = '0.3' | 'draft';

/** A log being written. Each call gives text to append. */
export interface Qlog {
  /** What stands first. */
  head(): string;
  /** The events in records of `Simulation.packets()`, up to `timeUs`, the instant it has come to. */
  events(records: Uint8Array, timeUs: number): string;
  /** What is left at the end. */
  end(): string;
}

interface Words {
  readonly sent: string;
  readonly received: string;
  readonly lost: string;
  readonly metrics: string;
  readonly state: string;
}

const WORDS: { readonly [Schema in QlogSchema]: Words } = {
  '0.3': {
    sent: 'transport:packet_sent',
    received: 'transport:packet_received',
    lost: 'recovery:packet_lost',
    metrics: 'recovery:metrics_updated',
    state: 'recovery:congestion_state_updated',
  },
  draft: {
    sent: 'quic:packet_sent',
    received: 'quic:packet_received',
    lost: 'quic:packet_lost',
    metrics: 'quic:recovery_metrics_updated',
    state: 'quic:congestion_state_updated',
  },
};

/** Controllers whose window grows differently below ssthresh and above. */
const BY_SSTHRESH = new Set(['reno', 'cubic', 'dctcp', 'prague']);

/**
 * The events of all flows of a simulation with {@link QLOG_TAPS}, each with its flow as `group_id`: segments sent,
 * acknowledgements, losses, and what they did to window, threshold, pace and round-trip time.
 *
 * @example
 * ```ts
 * const simulation = createSimulation({ flows: [{ algorithm: 'builtin:cubic' }], duration: '2s' }, { taps: QLOG_TAPS });
 * const qlog = createQlog(simulation.scenario);
 * let text = qlog.head();
 * while (!simulation.done) {
 *   simulation.runUntil(simulation.timeUs + 100_000);
 *   text += qlog.events(simulation.packets(), simulation.timeUs);
 * }
 * text += qlog.end();
 * ```
 */
export function createQlog(scenario: NormalisedScenario, schema: QlogSchema = '0.3'): Qlog {
  const queue = new RecordQueue();
  const flows = new Map<number, FlowLog>();
  const write = (records: readonly TapRecord[]): string => {
    let text = '';
    for (const record of records) {
      let flow = flows.get(record.flow);
      if (!flow || flow.isOver(record)) {
        flow = new FlowLog(scenario.flows[record.group]!, `${record.flow}${flow?.next ?? ''}`, WORDS[schema]);
        flows.set(record.flow, flow);
      }
      text += flow.take(record);
    }
    return text;
  };
  return {
    head: () => sequence(schema === 'draft' ? draftHead(scenario) : head03(scenario)),
    events: (records, timeUs) => write(queue.take(records, timeUs)),
    end: () => write(queue.end()),
  };
}

const TITLE = 'mooring sim';

function head03(scenario: NormalisedScenario): object {
  return {
    qlog_version: '0.3',
    qlog_format: 'JSON-SEQ',
    title: TITLE,
    description: describeScenario(scenario),
    trace: {
      vantage_point: { name: TITLE, type: 'client' },
      common_fields: { protocol_type: 'TCP', time_format: 'relative', reference_time: 0 },
    },
  };
}

function draftHead(scenario: NormalisedScenario): object {
  return {
    file_schema: 'urn:ietf:params:qlog:file:sequential',
    serialization_format: 'application/qlog+json-seq',
    title: TITLE,
    description: describeScenario(scenario),
    trace: {
      vantage_point: { name: TITLE, type: 'client' },
      common_fields: {
        time_format: 'relative_to_epoch',
        reference_time: { clock_type: 'monotonic', epoch: 'unknown' },
      },
      event_schemas: ['urn:ietf:params:qlog:events:quic-12'],
    },
  };
}

function sequence(value: object): string {
  return `\u001e${JSON.stringify(value)}\n`;
}

type Range = [from: number, to: number];

/** One flow: which transmission each of its segments was last, and what was last said of it. */
class FlowLog {
  readonly #group: NormalisedFlowGroup;
  readonly #words: Words;
  readonly #id: string;
  /** The end of the name of a connection that comes after this one, where flows arrive and places are used again. */
  readonly next: string;
  /** Of the segments in flight: the number of their last transmission. */
  readonly #numbers = new Map<number, number>();
  /** Of segments taken for lost and not sent again: why. */
  readonly #lost = new Map<number, LossRecord>();
  #sent = 0;
  #synsSent = 0;
  #received = 0;
  #acknowledged = 0;
  #said: Record<string, number> = {};
  #state: string | undefined;

  constructor(group: NormalisedFlowGroup, flow: string, words: Words) {
    this.#group = group;
    this.#words = words;
    this.#id = `${group.name} ${flow}`;
    const [, times] = flow.split('.');
    this.next = `.${Number(times ?? 1) + 1}`;
  }

  /** Whether a record begins another connection. */
  isOver(record: TapRecord): boolean {
    if (record.kind !== 'packet' || record.flags.ack) return false;
    return record.flags.syn ? this.#sent > 0 : record.segment === 0 && this.#acknowledged > 0;
  }

  take(record: TapRecord): string {
    if (record.kind === 'state') return this.#metrics(record);
    if (record.kind === 'loss') return this.#loss(record);
    return record.flags.ack ? this.#receive(record) : this.#send(record);
  }

  #event({ timeNs }: TapRecord, name: string, data: object): string {
    return sequence({ time: Number(timeNs) / 1e6, name, group_id: this.#id, data });
  }

  #send(record: PacketRecord): string {
    const { segment, flags, sizeBytes } = record;
    const raw = { length: sizeBytes };
    if (flags.syn) {
      const header = { packet_type: 'initial', packet_number: this.#synsSent++ };
      return this.#event(record, this.#words.sent, { header, raw });
    }
    const trigger = this.#whyAgain(segment);
    const number = this.#sent++;
    this.#numbers.set(segment, number);
    this.#lost.delete(segment);
    const isLast = record.segments > 0 && segment + 1 === record.segments;
    const length = this.#group.mssBytes - (isLast ? record.shortBytes : 0);
    const offset = segment * this.#group.mssBytes;
    const frame = { frame_type: 'stream', stream_id: 0, offset, length, raw: { length } };
    return this.#event(record, this.#words.sent, {
      header: { packet_type: '1RTT', packet_number: number },
      raw,
      frames: [frame],
      ...(trigger === undefined ? {} : { trigger }),
    });
  }

  #whyAgain(segment: number): string | undefined {
    const loss = this.#lost.get(segment);
    if (loss) return loss.byTimeout ? 'retransmit_timeout' : 'retransmit_reordered';
    return this.#numbers.has(segment) ? 'pto_probe' : undefined;
  }

  #receive(record: PacketRecord): string {
    const raw = { length: record.sizeBytes };
    if (record.flags.syn) {
      const frames = [{ frame_type: 'ack', acked_ranges: [[Math.max(0, this.#synsSent - 1)]] }];
      return this.#event(record, this.#words.received, {
        header: { packet_type: 'initial', packet_number: 0 },
        raw,
        frames,
      });
    }
    const ranges = this.#newlyAcknowledged(record);
    const frame = {
      frame_type: 'ack',
      ...(ranges.length > 0 ? { acked_ranges: ranges.map(([from, to]) => (from === to ? [from] : [from, to])) } : {}),
      ...(this.#group.ecn === 'off' ? {} : { ce: record.ceCount }),
    };
    return this.#event(record, this.#words.received, {
      header: { packet_type: '1RTT', packet_number: this.#received++ },
      raw,
      frames: [frame],
    });
  }

  #newlyAcknowledged({ segment, sacks }: PacketRecord): Range[] {
    const numbers: number[] = [];
    const take = (of: number): void => {
      const number = this.#numbers.get(of);
      if (number === undefined) return;
      numbers.push(number);
      this.#numbers.delete(of);
      this.#lost.delete(of);
    };
    for (; this.#acknowledged < segment; this.#acknowledged += 1) take(this.#acknowledged);
    for (const [start, end] of sacks) for (let of = Math.max(start, segment); of < end; of += 1) take(of);
    const ranges: Range[] = [];
    for (const number of numbers.sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last && last[1] + 1 === number) last[1] = number;
      else ranges.push([number, number]);
    }
    return ranges;
  }

  #loss(record: LossRecord): string {
    const number = this.#numbers.get(record.segment);
    if (number === undefined) return '';
    this.#lost.set(record.segment, record);
    const sacked = this.#group.recovery === 'rack' ? 'time_threshold' : 'reordering_threshold';
    return this.#event(record, this.#words.lost, {
      header: { packet_type: '1RTT', packet_number: number },
      trigger: record.byTimeout ? 'pto_expired' : sacked,
    });
  }

  /** What has changed since it was last said. */
  #metrics(record: StateRecord): string {
    const ms = (us: number | null): number | null => (us === null ? null : us / 1000);
    const { pacingRateBytesPerSecond: pace } = record;
    const now: Readonly<Record<string, number | null>> = {
      min_rtt: ms(record.minRttUs),
      smoothed_rtt: ms(record.srttUs),
      latest_rtt: ms(record.latestRttUs),
      congestion_window: Math.round(record.cwndBytes),
      bytes_in_flight: record.inFlightPackets * this.#group.mssBytes,
      packets_in_flight: record.inFlightPackets,
      ssthresh: Number.isFinite(record.ssthreshBytes) ? Math.round(record.ssthreshBytes) : null,
      pacing_rate: pace === null ? null : Math.round(8 * pace),
    };
    const changed: Record<string, number> = {};
    for (const [name, value] of Object.entries(now)) {
      if (value !== null && Number.isFinite(value) && this.#said[name] !== value) changed[name] = value;
    }
    this.#said = { ...this.#said, ...changed };
    const metrics = Object.keys(changed).length > 0 ? this.#event(record, this.#words.metrics, changed) : '';
    return metrics + this.#stateChange(record);
  }

  #stateChange(record: StateRecord): string {
    const state = this.#stateOf(record);
    if (state === this.#state) return '';
    const old = this.#state;
    this.#state = state;
    return this.#event(record, this.#words.state, {
      ...(old === undefined ? {} : { old }),
      new: state,
      ...(record.recovery === 'open' ? {} : { trigger: record.recovery === 'loss' ? 'timeout' : 'packet_loss' }),
    });
  }

  /** RFC 9002's words, where they hold; of controllers without a threshold only whether losses are repaired. */
  #stateOf({ recovery, cwndBytes, ssthreshBytes }: StateRecord): string {
    if (recovery !== 'open') return recovery === 'loss' ? 'loss' : 'recovery';
    const { algorithm } = this.#group;
    if (algorithm.kind !== 'builtin' || !BY_SSTHRESH.has(algorithm.name)) return 'open';
    return cwndBytes < ssthreshBytes ? 'slow_start' : 'congestion_avoidance';
  }
}
