import { expect, test } from 'vitest';
import { fromQlog, type Quantity, type Run } from '../../src/run/index.js';
import { createQlog, createSimulation, QLOG_TAPS, type QlogSchema } from '../../src/sim/index.js';

// qlog as several write it, as a run.

const at = (run: Run, quantity: Quantity, owner: number, us: number) => run.source.at(quantity, owner, us);

function written(schema: QlogSchema): string {
  const simulation = createSimulation(
    { rate: '12Mbit', rtt: '20ms', flows: [{ algorithm: 'cubic' }, { algorithm: 'bbr' }], duration: '1s' },
    { taps: QLOG_TAPS },
  );
  const log = createQlog(simulation.scenario, schema);
  simulation.runUntil(1_000_000);
  return log.head() + log.events(simulation.packets(), simulation.timeUs) + log.end();
}

test.each(['0.3', 'draft'] as const)('our own, schema %s: a flow a group, windows and losses', async (schema) => {
  const text = written(schema);
  const run = fromQlog(text, 'run.qlog');
  const cubic = run.flows.findIndex(({ name }) => name === 'cubic 0');
  expect(run.flows.map(({ name }) => name).sort()).toEqual(['bbr 1', 'cubic 0']);
  const events = text
    .split('\u001e')
    .slice(2)
    .map((record) => JSON.parse(record) as { name: string; group_id: string; data: Record<string, number> });
  const windows = events.filter(
    ({ group_id, data }) => group_id === 'cubic 0' && data['congestion_window'] !== undefined,
  );
  expect((await at(run, 'cwnd', cubic, 1e6))?.value).toBe(windows.at(-1)!.data['congestion_window']);
  const losses = await run.source.events({ ...run.span, kind: 'loss', flow: null, limit: 1e6 });
  expect(losses.timeUs.length).toBe(events.filter(({ name }) => name.endsWith(':packet_lost')).length);
});

test('a document with traces, and times since 1970', async () => {
  const events = [
    {
      time: 1.7e12,
      name: 'recovery:metrics_updated',
      data: { congestion_window: 12000, smoothed_rtt: 25.5, min_rtt: 20 },
    },
    { time: 1.7e12 + 50, name: 'recovery:packet_lost', data: { header: { packet_number: 4 } } },
    { time: 1.7e12 + 60, name: 'recovery:metrics_updated', data: { congestion_window: 6000, pacing_rate: 8_000_000 } },
  ];
  const common_fields = { ODCID: 'ab12', time_format: 'absolute' };
  const run = fromQlog(JSON.stringify({ qlog_version: '0.3', traces: [{ common_fields, events }] }), 'a.qlog');
  expect(run.span).toEqual({ fromUs: 0, toUs: 60_000 });
  expect(run.flows[0]).toMatchObject({ name: 'ab12', baseRttUs: 20_000, totals: { packetsLost: 1 } });
  expect([await at(run, 'cwnd', 0, 59_000), await at(run, 'cwnd', 0, 60_000)].map((point) => point?.value)).toEqual([
    12000, 6000,
  ]);
  expect((await at(run, 'rtt', 0, 0))?.value).toBe(25_500);
  expect((await at(run, 'pacingRate', 0, 60_000))?.value).toBe(1e6);
});

test('times as differences, lines without separators, and a line that was cut', () => {
  const lines = [
    { qlog_version: '0.3', qlog_format: 'NDJSON', trace: { common_fields: { time_format: 'delta', group_id: 'g' } } },
    { time: 10, name: 'recovery:metrics_updated', data: { bytes_in_flight: 5 } },
    { time: 15, name: 'recovery:metrics_updated', data: { bytes_in_flight: 9 } },
  ].map((line) => JSON.stringify(line));
  const run = fromQlog(`${lines.join('\n')}\n{"time": 3, "na`, 'cut.qlog');
  expect(run.span.toUs).toBe(25_000);
  expect(run.warnings).toEqual(['The file was cut: what is shown came before the cut.']);
});

test('every truncation is a run or a declared error', () => {
  const text = written('0.3').slice(0, 3000);
  for (let length = 0; length < text.length; length += 1)
    try {
      expect(fromQlog(text.slice(0, length), 'x').flows.length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toMatchObject({ code: 'MOORING_ERR_FILE_UNREADABLE' });
    }
});

test.each([
  ['{"flows": []}', 'it is no qlog'],
  ['\u001e{"qlog_version": "0.3"}\n', 'log the recovery category'],
  ['\u001e{"qlog_version": "0.3"}\n\u001e{cut\n\u001e{}\n', 'record 2 is no JSON'],
  ['{"qlog_version": "0.3", "traces": [null, {"events": [7, {"time": "x"}]}]}', 'log the recovery category'],
])('%j is refused with what to do', (text, why) => {
  expect(() => fromQlog(text, 'x.qlog')).toThrow(why);
});
