import { expect, test } from 'vitest';
import { createSimService } from '../../src/client/index.js';
import { type Scenario, simulate } from '../../src/sim/index.js';

const scenario: Scenario = { flows: [{ algorithm: 'aimd', count: 2 }, { algorithm: 'builtin:cubic' }], duration: '2s' };

test('a run goes as far as it is asked to and ends with the figures of an undisturbed one', async () => {
  const service = createSimService();
  expect(await service.begin(scenario)).toMatchObject({ durationUs: 2e6, flows: ['aimd', 'aimd', 'builtin:cubic'] });
  expect(service.advance(500_000)).toMatchObject({ timeUs: 500_000, done: false });
  expect(service.advance(500_000)).toMatchObject({ timeUs: 500_000, done: false });
  expect(service.advance(9e6)).toMatchObject({ timeUs: 2e6, done: true, notices: [] });
  const { summary, failures } = service.outcome();
  expect(summary).toEqual(simulate(scenario).summary);
  expect(failures).toEqual([]);
});

test('before a run begins there is none, nor after one that could not begin', async () => {
  const service = createSimService();
  const none = expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', message: expect.stringContaining('begin') });
  expect(() => service.advance(1)).toThrow(none);
  expect(() => service.outcome()).toThrow(none);
  expect(() => service.change({ kind: 'loss', link: 0, probability: 1 })).toThrow(none);
  await service.begin(scenario);
  await expect(service.begin({ flows: [], duration: 'soon' } as never)).rejects.toThrow();
  expect(() => service.advance(1)).toThrow(none);
});

test('of a crowd the first 64 are named', async () => {
  const { flows } = await createSimService().begin({
    flows: [{ algorithm: 'builtin:reno', count: 65, name: 'many' }, { algorithm: 'builtin:cubic' }],
    duration: '1s',
  });
  expect(flows).toEqual([...new Array<string>(64).fill('many'), 'builtin:cubic']);
});

const PROGRAM = `
(def (Report (volatile acked 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Cwnd 30000)
  (fallthrough))
(when (> Micros 1000000) (report) (:= Micros 0))
`;

test('a program drives a flow alone, under the name it is given by, beside algorithms', async () => {
  const service = createSimService();
  const flows = [{ algorithm: 'mine' }, { algorithm: 'mine', name: 'named' }, { algorithm: 'aimd' }];
  const begun = await service.begin({ flows, duration: '2s' }, { programs: { mine: PROGRAM } });
  expect(begun.flows).toEqual(['mine', 'named', 'aimd']);
  const { series } = service.advance(2e6);
  const windows = series.flows.map(({ cwndBytes }) => cwndBytes.at(-1));
  expect(windows.slice(0, 2)).toEqual([30_000, 30_000]);
  expect(service.outcome().failures).toEqual([]);
});

test('an algorithm that fails is told by name', async () => {
  const service = createSimService();
  await service.begin({ flows: [{ algorithm: 'broken' }], duration: '1s' }, { programs: { broken: '(def' } });
  service.advance(1e6);
  expect(service.outcome().failures).toEqual([expect.stringMatching(/^broken: .+/)]);
});

test('a program is checked without a run: its errors, or its warnings', async () => {
  const service = createSimService();
  expect(service.check(PROGRAM)).toEqual([]);
  const severities = (text: string) => service.check(text).map(({ severity }) => severity);
  expect(severities('(def')).toEqual(['error', 'error']);
});

test('a change holds from where the run stands', async () => {
  const service = createSimService();
  await service.begin({ flows: [{ algorithm: 'builtin:reno' }], duration: '4s' });
  const acked = (untilUs: number) => {
    const { flows } = service.advance(untilUs).series;
    return flows[0]!.deliveryRateBytesPerSecond.at(-1)!;
  };
  expect(acked(2e6)).toBeGreaterThan(0);
  service.change({ kind: 'loss', link: 0, probability: 1 });
  expect(acked(4e6)).toBe(0);
});
