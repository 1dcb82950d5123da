import type { LiveFrame, ShownFlow } from 'mooring';
import { describe, expect, it } from 'vitest';
import { LiveRun } from '../../src/run/index.js';

const HELLO = {
  ...{ kind: 'hello', format: 'mooring-live-1', version: '1', algorithm: 'aimd', ipc: 'unix' },
  ...{ everyUs: 200_000, canSet: false },
};
const PROGRAM = {
  uid: 1,
  controls: [],
  fields: [
    { name: 'acked', of: 'Ack.bytes_acked', adds: true },
    { name: 'lost', of: 'Ack.lost_pkts_sample', adds: true },
    { name: 'rtt', of: 'Flow.rtt_sample_us', adds: false },
  ],
};
const flow = (number: number): ShownFlow => ({
  ...{ flow: number, address: 'dp', sockId: number, algorithm: 'aimd', from: null, to: null, initCwnd: 1, mss: 1448 },
});
let frames = 0;
const frame = (timeUs: number, change: Partial<LiveFrame>): LiveFrame => {
  frames += 1;
  const nothing = { began: [], ended: [], programs: [], rows: [], left: 0, whole: false };
  return { kind: 'frame', number: frames, timeUs: 1e15 + timeUs, ...nothing, ...change };
};
/** Its acked, lost, rtt last and in all. */
const row = (number: number, reports: number, cwnd: number, last: number[], sums: number[]): number[] => [
  ...[number, reports, cwnd, Number.NaN, 1, last.length],
  ...last,
  ...sums,
];

function begun(most?: number): LiveRun {
  const live = new LiveRun('127.0.0.1:80', most);
  live.take(HELLO);
  live.take(frame(0, { whole: true, began: [flow(0), flow(1)], programs: [PROGRAM] }));
  live.take(frame(200_000, { rows: row(0, 1, 14_480, [1448, 0, 20_000], [1448, 0, 20_000]) }));
  live.take(frame(400_000, { rows: row(0, 3, 28_960, [1448, 2, 30_000], [11_448, 2, 90_000]) }));
  return live;
}
const whole = { fromUs: 0, toUs: 1e9, pixels: 1 };

describe('a run that grows', () => {
  it('has what reports say, by what their fields are made of', async () => {
    const { run } = begun();
    expect(run.title).toBe('aimd on unix');
    expect(run.span).toEqual({ fromUs: 0, toUs: 400_000 });
    const at = async (quantity: 'cwnd' | 'rtt' | 'deliveryRate') => (await run.source.at(quantity, 0, 1e9))?.value;
    expect([await at('cwnd'), await at('rtt'), await at('deliveryRate')]).toEqual([28_960, 30_000, 50_000]);
    const lost = await run.source.events({ kind: 'loss', flow: 0, fromUs: 0, toUs: 1e9, limit: 9 });
    expect([[...lost.timeUs], [...lost.times]]).toEqual([[400_000], [2]]);
    expect(run.series.filter(({ owner, per }) => per === 'flow' && owner === 1)).toEqual([]);
  });

  it('keeps its lists as long as no flow begins or ends', () => {
    const live = begun();
    const before = live.run;
    live.take(frame(600_000, { rows: row(0, 4, 28_960, [1448, 0, 31_000], [12_896, 2, 121_000]) }));
    expect(live.run.flows).toBe(before.flows);
    expect(live.run.series).toBe(before.series);
    live.take(frame(800_000, { ended: [1] }));
    expect(live.run.flows.map(({ endUs }) => endUs)).toEqual([null, 800_000]);
  });

  it('has a gap where the connection was lost, and goes on with the flows that are still there', async () => {
    const live = begun();
    live.lost();
    expect((await live.run.source.query({ quantity: 'cwnd', owner: 0, ...whole, fromUs: 400_000 }))!.unknown[0]).toBe(
      1,
    );
    live.take(frame(5e6, { whole: true, began: [{ ...flow(0), flow: 7 }], programs: [PROGRAM] }));
    live.take(frame(5.2e6, { rows: row(7, 9, 1448, [1448, 0, 20_000], [90_000, 2, 1]) }));
    expect(live.run.flows.map(({ id, endUs }) => [id, endUs])).toEqual([
      [0, null],
      [1, 5e6],
    ]);
    expect((await live.run.source.at('cwnd', 0, 1e9))?.value).toBe(1448);
  });

  it('is frozen as it was', async () => {
    const live = begun();
    const frozen = live.frozen(5);
    live.take(frame(600_000, { rows: row(0, 4, 1448, [1448, 0, 31_000], [12_896, 2, 121_000]) }));
    expect((await frozen.source.at('cwnd', 0, 1e9))?.value).toBe(28_960);
    expect(frozen.span.toUs).toBe(400_000);
    expect(frozen.provenance).toMatchObject({ source: 'agent', madeAtEpochUs: 5 });
  });

  it('forgets its beginning where there is more than it holds', async () => {
    const live = begun(100);
    for (let i = 3; i < 400; i += 1)
      live.take(frame(i * 200_000, { rows: row(0, i, 1448 * i, [1448, 0, 20_000 + i], [1448 * i, 2, i]) }));
    expect(live.run.span.fromUs).toBeGreaterThan(40e6);
    const held = await live.run.source.query({ quantity: 'rtt', owner: 0, ...whole });
    expect(held!.count[0]).toBeLessThan(100);
  });

  it('takes no text of another protocol, and leaves out what is none', () => {
    const live = begun();
    expect(live.take({ ...HELLO, format: 'mooring-live-2' })).toBe(false);
    for (const text of [null, 5, [], {}, { kind: 'frame' }, frame(1, { rows: [0, 1, 2, 3, 1, 1e9] as number[] })])
      expect(live.take(text), JSON.stringify(text)).toBe(true);
    expect(live.run.flows).toHaveLength(2);
  });
});
