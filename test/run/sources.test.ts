import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  answer,
  freezeRun,
  fromSimulation,
  liveSource,
  type Run,
  type RunSource,
  remoteSource,
  type SourceCall,
  thawRun,
} from '../../src/run/index.js';
import { resultToJson, simulate } from '../../src/sim/index.js';

const result = simulate({
  rate: '12Mbit',
  rtt: '40ms',
  queue: '1bdp',
  flows: [{ algorithm: 'builtin:cubic' }, { algorithm: 'builtin:reno', start: '3s', size: '1MB' }],
  duration: '10s',
  seed: 3,
});
const run = fromSimulation(result);

/** The same series in a source that grew sample by sample. */
function grown(): RunSource {
  const live = liveSource();
  for (const flow of result.series.flows)
    flow.cwndBytes.forEach((value, i) => {
      const ended = result.flows[flow.id]!.endUs;
      const over = ended !== null && result.series.timeUs[i]! - result.series.binUs >= ended;
      live.append('cwnd', flow.id, result.series.timeUs[i]!, over ? Number.NaN : value);
    });
  return live;
}

const { port1, port2 } = new MessageChannel();
const waiting = new Map<number, (value: unknown) => void>();
beforeAll(() => {
  port2.onmessage = async ({ data }: { data: { id: number; call: SourceCall } }) =>
    port2.postMessage({ id: data.id, value: await answer(run.source, data.call) });
  port1.onmessage = ({ data }: { data: { id: number; value: unknown } }) => waiting.get(data.id)?.(data.value);
});
afterAll(() => port1.close());
let asked = 0;
const remote = remoteSource(
  (call) =>
    new Promise((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      port1.postMessage({ id: asked, call });
    }),
);

describe.each<[string, () => RunSource | Promise<RunSource>]>([
  ['in another thread', () => remote],
  ['that has grown', grown],
  [
    'out of a report of every sample',
    async () => thawRun(JSON.parse(JSON.stringify(await freezeRun(run, 60_000)))).source,
  ],
  ['out of JSON', () => fromSimulation(JSON.parse(JSON.stringify(resultToJson(result, { series: true })))).source],
])('a source %s', (_, open) => {
  test('answers as the one in memory', async () => {
    const source = await open();
    for (const owner of [0, 1])
      for (const [fromUs, toUs] of [
        [0, 10e6],
        [2e6, 4e6],
      ] as const) {
        const want = { quantity: 'cwnd', owner, fromUs, toUs, pixels: 50 } as const;
        const [found, expected] = [(await source.query(want))!, (await run.source.query(want))!];
        // A gap that was frozen is one sample of the many that are unknown.
        expect({ ...found, unknown: 0 }).toEqual({ ...expected, unknown: 0 });
        expect(Array.from(found.unknown, Boolean)).toEqual(Array.from(expected.unknown, Boolean));
      }
    expect(await source.at('cwnd', 0, 5e6)).toEqual(await run.source.at('cwnd', 0, 5e6));
    expect(await source.query({ quantity: 'queue', owner: 99, fromUs: 0, toUs: 1, pixels: 5 })).toBeNull();
  });
});

test('a run that is thinned looks the same and weighs less', async () => {
  const pixels = 40;
  const thawed = thawRun(await freezeRun(run, pixels));
  const want = { ...run.span, quantity: 'cwnd', owner: 0, pixels } as const;
  const [a, b] = [(await run.source.query(want))!, (await thawed.source.query(want))!];
  expect([b.min, b.max, b.last, b.lastUs]).toEqual([a.min, a.max, a.last, a.lastUs]);
  expect(JSON.stringify(await freezeRun(run, pixels)).length).toBeLessThan(
    JSON.stringify(await freezeRun(run, 60_000)).length,
  );
});

describe('a flow that has not begun, or has ended', () => {
  test('has no window, no rate and no zero', async () => {
    const columns = async (quantity: 'cwnd' | 'deliveryRate', fromUs: number, toUs: number) =>
      (await run.source.query({ quantity, owner: 1, fromUs, toUs, pixels: 1 }))!;
    for (const quantity of ['cwnd', 'deliveryRate'] as const) {
      expect((await columns(quantity, 0, 2.9e6)).count[0]).toBe(0);
      expect((await columns(quantity, 0, 2.9e6)).unknown[0]).toBeGreaterThan(0);
      expect((await columns(quantity, 3.2e6, 3.5e6)).count[0]).toBeGreaterThan(0);
      expect((await columns(quantity, run.flows[1]!.endUs! + 2 * result.series.binUs, 10e6)).count[0]).toBe(0);
    }
  });
});

test('losses of a run are events of their flows, as many as were counted', async () => {
  const { times, left } = await run.source.events({ ...run.span, kind: 'loss', flow: null, limit: 1e6 });
  expect(left).toBe(0);
  const lost = result.flows.reduce((sum, { packetsLost }) => sum + packetsLost, 0);
  expect(times.reduce((sum, value) => sum + value, 0)).toBe(lost);
  expect(lost).toBeGreaterThan(0);
});

test.each<[string, (frozen: Record<string, unknown>) => unknown]>([
  ['nothing', () => null],
  ['another format', (frozen) => ({ ...frozen, format: 'mooring-run-0' })],
  ['no flows', ({ flows: _, ...rest }) => rest],
  ['a column that is no base64', (frozen) => ({ ...frozen, columns: [{ series: 0, times: 0, values: '1:§' }] })],
  ['a column of no series', (frozen) => ({ ...frozen, columns: [{ series: 77, times: 0, values: '0:' }] })],
  [
    'a column beyond all bounds',
    (frozen) => ({ ...frozen, columns: [{ series: 0, times: 0, values: '999999999:AA' }] }),
  ],
])('%s is refused by its code', async (_, spoil) => {
  const frozen = JSON.parse(JSON.stringify(await freezeRun(run))) as Record<string, unknown>;
  expect(() => thawRun(spoil(frozen))).toThrow(
    expect.objectContaining({ code: 'MOORING_ERR_FILE_UNREADABLE' }) as Error,
  );
});

test('every cut of a column is a value or a declared error', async () => {
  const frozen = JSON.parse(JSON.stringify(await freezeRun(run))) as { times: string[] };
  const [row] = frozen.times;
  for (let length = 0; length < row!.length; length += 7) {
    const outcome = await Promise.resolve({ ...frozen, times: [row!.slice(0, length), ...frozen.times.slice(1)] })
      .then((cut) => thawRun(cut) as Run | string)
      .catch((error: { code?: string }) => error.code ?? String(error));
    expect(typeof outcome === 'object' || outcome === 'MOORING_ERR_FILE_UNREADABLE').toBe(true);
  }
});
