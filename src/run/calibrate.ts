import type { Scenario } from '../sim/index.js';
import type { Run, RunFlow, Unit } from './model.js';
import { quantile } from './statistics.js';

// A scenario whose path is fitted to what a capture saw of one: its rate, round trip, queue and random loss. What a capture cannot tell
// is said, not made up.

/** A number that was fitted, and out of what. */
export interface Fitted {
  readonly name: 'rate' | 'round trip' | 'queue' | 'random loss';
  readonly value: number | null;
  readonly unit: Unit;
  readonly from: string;
}

export interface Calibration {
  readonly scenario: Scenario;
  /** Flow of the run that it is fitted to. */
  readonly flow: RunFlow;
  readonly fitted: readonly Fitted[];
}

/** As many as the bins of a connection's series at most are, so that each stands in a column of its own. */
const COLUMNS = 16_384;
/** A segment of 1,448 bytes of data is 1,500 on a link, as the simulator counts them. */
const SEGMENT_OVERHEAD = 1500 / 1448;
/** Losses hold ACKs back, and what was held comes at once: a second evens that out. */
const LEAST_WINDOW_US = 1_000_000;
/** A queue is told where the round trip rises by so much of its least. */
const QUEUE_SHOWS = 0.15;
/** A loss while the round trip is in its upper half is the queue's. */
const FULL = 0.5;
const MOST_LOSSES = 20_000;

/** Why a run cannot be fitted; undefined where it can. */
export function whyNotCalibrated(run: Run): string | undefined {
  if (run.provenance.source === 'simulation') return 'it was simulated: its path is known';
  const flow = fittedFlow(run);
  if (!flow) return 'no flow of it was measured: open a connection that carries data';
  if (flow.baseRttUs === null) return 'no round trip was measured in it';
  return undefined;
}

/** Fits a path to the busiest flow of a run. Throws an Error with the reason where it cannot (`whyNotCalibrated`). */
export async function calibrate(run: Run, algorithm = 'cubic'): Promise<Calibration> {
  const why = whyNotCalibrated(run);
  const flow = fittedFlow(run);
  if (why !== undefined || !flow || flow.baseRttUs === null) throw new Error(why ?? 'no flow of it was measured');
  const { span, source } = run;
  const baseUs = flow.baseRttUs;
  const rate = await bestRate(run, flow, Math.max(LEAST_WINDOW_US, 20 * baseUs));
  const rtts = await source.query({ quantity: 'rtt', owner: flow.id, ...span, pixels: COLUMNS });
  const highUs = rtts ? quantile(rtts.max, 0.95) : null;
  const queueUs = highUs === null ? null : Math.max(0, highUs - baseUs);
  const hasQueue = queueUs !== null && queueUs > QUEUE_SHOWS * baseUs;
  const wire = rate.bytesPerSecond * SEGMENT_OVERHEAD;
  const queueBytes = hasQueue ? (wire * queueUs) / 1e6 : null;
  const loss = await randomLoss(run, flow, baseUs, hasQueue ? queueUs : 0);
  const durationUs = Math.max(span.toUs - span.fromUs, 100_000);
  const startUs = Math.max(0, (flow.startUs ?? span.fromUs) - span.fromUs);
  const scenario: Scenario = {
    name: `fitted to ${flow.name}`.slice(0, 200),
    rate: `${Math.max(1, Math.round(wire * 8))}bit`,
    rtt: `${Math.max(1, Math.round(baseUs))}us`,
    queue: queueBytes === null ? '1bdp' : `${Math.max(3000, Math.round(queueBytes))}B`,
    ...(loss.share > 0 ? { loss: Number(loss.share.toPrecision(3)) } : {}),
    flows: [{ algorithm, name: flow.name.slice(0, 80), start: `${Math.round(startUs)}us` }],
    duration: `${Math.ceil(durationUs)}us`,
    seed: 1,
    series: { bin: `${Math.max(1000, Math.round(durationUs / 3000 / 1000) * 1000)}us` },
  };
  const seconds = (us: number): string => (us >= 1e6 ? `${(us / 1e6).toFixed(1)} s` : `${Math.round(us / 1000)} ms`);
  return {
    scenario,
    flow,
    fitted: [
      {
        name: 'rate',
        value: wire,
        unit: 'bytes/s',
        from: `the best ${seconds(rate.windowUs)} of it, with headers; what others had of the path is not in it`,
      },
      { name: 'round trip', value: baseUs, unit: 'us', from: 'the least that was measured' },
      {
        ...{ name: 'queue', value: queueBytes, unit: 'bytes' },
        from: hasQueue
          ? `the 95th percentile of the round trip, ${seconds(queueUs)} above the least, at that rate`
          : 'not known, as the round trip did not rise: one bandwidth-delay product is taken, and the rate may be what the sender had, not the path',
      },
      { name: 'random loss', value: loss.share, unit: 'ratio', from: loss.from },
    ],
  };
}

function fittedFlow({ flows, series }: Run): RunFlow | undefined {
  return flows
    .filter(
      ({ id, totals }) =>
        totals.goodputBytesPerSecond !== null &&
        series.some(({ quantity, owner }) => quantity === 'deliveryRate' && owner === id),
    )
    .sort((a, b) => (b.totals.goodputBytesPerSecond ?? 0) - (a.totals.goodputBytesPerSecond ?? 0))[0];
}

/** The highest mean over so much time: in less of it, ACKs that come together look like a faster path. */
async function bestRate({ source, span }: Run, { id, totals }: RunFlow, windowUs: number) {
  const mean = totals.goodputBytesPerSecond ?? 0;
  const columns = await source.query({ quantity: 'deliveryRate', owner: id, ...span, pixels: COLUMNS });
  if (!columns) return { bytesPerSecond: mean, windowUs: span.toUs - span.fromUs };
  const bins: { readonly endUs: number; readonly rate: number }[] = [];
  columns.count.forEach((count, i) => {
    if (count > 0) bins.push({ endUs: columns.lastUs[i]!, rate: columns.last[i]! });
  });
  const wide = Math.min(windowUs, (span.toUs - span.fromUs) / 4);
  let [best, sum, from] = [mean, 0, 0];
  for (let to = 1; to < bins.length; to += 1) {
    const us = bins[to]!.endUs - bins[to - 1]!.endUs;
    sum += bins[to]!.rate * us;
    while (from + 1 < to && bins[to]!.endUs - bins[from + 1]!.endUs >= wide) {
      from += 1;
      sum -= bins[from]!.rate * (bins[from]!.endUs - bins[from - 1]!.endUs);
    }
    const covered = bins[to]!.endUs - bins[from]!.endUs;
    if (covered >= wide) best = Math.max(best, sum / covered);
  }
  return { bytesPerSecond: best, windowUs: wide };
}

/** Of what was lost, the part that was lost while no queue was full; as a share of the packets. */
async function randomLoss({ source, span }: Run, { id, totals }: RunFlow, baseUs: number, queueUs: number) {
  const { packetsLost, packetsSent, retransmissions } = totals;
  const lost = packetsLost && packetsLost > 0 ? packetsLost : (retransmissions ?? 0);
  if (!packetsSent || lost === 0) return { share: 0, from: 'none was lost' };
  if (queueUs === 0)
    return { share: lost / packetsSent, from: `${lost} of ${packetsSent} packets, and no queue was seen` };
  const { timeUs } = await source.events({ kind: 'retransmission', flow: id, ...span, limit: MOST_LOSSES });
  let empty = 0;
  let known = 0;
  for (const us of timeUs) {
    // What was lost was sent a round trip before it is sent again.
    const then = await source.at('rtt', id, us - baseUs);
    if (!then) continue;
    known += 1;
    if (then.value < baseUs + FULL * queueUs) empty += 1;
  }
  if (known === 0) return { share: 0, from: 'nothing was resent' };
  const share = ((empty / known) * lost) / packetsSent;
  return {
    share,
    from: `${empty} of ${known} resends while the queue was less than half full; the others are the queue's`,
  };
}
