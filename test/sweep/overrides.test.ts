import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadScenario, readScenarioFile } from '../../src/node/jobs/scenario-file.js';
import { linkTrace, normaliseScenario, type Scenario } from '../../src/sim/index.js';
import { applyOverrides } from '../../src/sweep/overrides.js';

const flows = [{ algorithm: 'cubic' }, { algorithm: 'reno', count: 2 }];
const refused = (argument: string) =>
  expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', detail: { argument }, message: expect.any(String) });

test('--alg is for every flow, --flows counts the first group alone, and the scenario given stays as it is', () => {
  const given: Scenario = { flows };
  expect(applyOverrides(given, { alg: 'aimd', flows: '5' }).flows).toEqual([
    { algorithm: 'aimd', count: 5 },
    { algorithm: 'aimd', count: 2 },
  ]);
  expect(given).toEqual({ flows: [{ algorithm: 'cubic' }, { algorithm: 'reno', count: 2 }] });
  expect(applyOverrides(given, {})).toEqual(given);
});

test('what is changed replaces every other way to say it', () => {
  const said = { rateBytesPerSecond: 1, rttUs: 1, durationUs: 1, flows } as Scenario;
  const changed = applyOverrides(said, {
    rate: '12Mbit',
    rtt: '40ms',
    duration: '3s',
    queue: '9pkt',
    loss: '1%',
    seed: '7',
  });
  expect(changed).toEqual({ rate: '12Mbit', rtt: '40ms', duration: '3s', queue: '9pkt', loss: 0.01, seed: 7, flows });
  expect(normaliseScenario(changed)).toMatchObject({ durationUs: 3e6, seed: 7 });
});

test('of a scenario with links the only one is changed, its trace and delays replaced; of several none', () => {
  const link = { trace: [1], delay: '5ms', queue: '2pkt' };
  const one = { links: [link], flows } as Scenario;
  expect(applyOverrides(one, { rate: '12Mbit' }).links).toEqual([{ delay: '5ms', queue: '2pkt', rate: '12Mbit' }]);
  expect(applyOverrides(one, { rtt: '40ms' })).toEqual({ rtt: '40ms', links: [{ trace: [1], queue: '2pkt' }], flows });
  expect(applyOverrides(one, { queue: '9pkt', loss: '0.5' }).links).toEqual([{ ...link, queue: '9pkt', loss: 0.5 }]);
  const two = { links: [link, link], flows } as Scenario;
  for (const [name, value] of [
    ['rate', '12Mbit'],
    ['rtt', '40ms'],
    ['queue', '9pkt'],
    ['loss', '1%'],
  ] as const)
    expect(() => applyOverrides(two, { [name]: value })).toThrow(refused(`--${name}`));
});

test.each(['', ' ', 'two', 'NaN', 'Infinity'])('a count of %j is refused by its flag', (text) => {
  expect(() => applyOverrides({ flows }, { flows: text })).toThrow(refused('--flows'));
  expect(() => applyOverrides({ flows }, { seed: text })).toThrow(refused('--seed'));
});

const folder = mkdtempSync(join(tmpdir(), 'mooring-scenario-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("paths in a scenario's file are reckoned from its folder, names of algorithms are none", async () => {
  writeFileSync(join(folder, 'trace'), ' 1 \n\n2\n10\n');
  const scenario = {
    links: [
      { trace: 'trace', delay: '5ms' },
      { rate: '12Mbit', delay: '5ms' },
    ],
    flows: [{ algorithm: './mine.mjs' }, { algorithm: 'cubic' }, { algorithm: 'builtin:reno' }],
  };
  writeFileSync(join(folder, 'scenario.json'), JSON.stringify(scenario));
  const read = readScenarioFile(join(folder, 'scenario.json'));
  expect(read.flows.map(({ algorithm }) => algorithm)).toEqual([join(folder, 'mine.mjs'), 'cubic', 'builtin:reno']);
  expect(read.links!.map(({ trace }) => trace)).toEqual([join(folder, 'trace'), undefined]);
  const loaded = await loadScenario({ ...read, flows: read.flows.slice(1) });
  expect(loaded.links!.map(({ trace, rate }) => [trace, rate])).toEqual([
    [[1, 2, 10], undefined],
    [undefined, '12Mbit'],
  ]);
  expect(loaded.flows).toEqual(scenario.flows.slice(1));
});

test('a name nobody has, and a trace that is none, are refused with their place', async () => {
  await expect(loadScenario({ flows: [{ algorithm: 'cubic' }, { algorithm: 'nobody' }] })).rejects.toMatchObject({
    code: 'MOORING_ERR_AGENT_UNKNOWN_ALGORITHM',
    detail: { name: 'nobody', path: ['flows', 1, 'algorithm'] },
  });
  for (const [text, why] of [
    ['1\nx\n', 'line 2 is not'],
    ['\n \n', 'empty'],
  ] as const) {
    writeFileSync(join(folder, 'bad'), text);
    await expect(loadScenario({ links: [{ trace: join(folder, 'bad') }], flows } as Scenario)).rejects.toMatchObject({
      code: 'MOORING_ERR_SIM_BAD_SCENARIO',
      message: expect.stringContaining(why),
    });
  }
});

test('a trace takes the place of a rate, by name or by file', async () => {
  const short = { rate: '12Mbit', rtt: '40ms', queue: '1bdp', loss: 0.01, flows } as Scenario;
  expect(applyOverrides(short, { trace: 'wifi' })).toEqual({
    rtt: '40ms',
    flows,
    links: [{ trace: 'wifi', queue: '1bdp', loss: 0.01 }],
  });
  const linked = { links: [{ rate: '1Mbit', delay: '5ms' }], flows } as Scenario;
  expect(applyOverrides(linked, { trace: 'lte' })).toEqual({ links: [{ trace: 'lte', delay: '5ms' }], flows });
  const loaded = await loadScenario(applyOverrides(short, { trace: 'wifi' }));
  expect(loaded.links![0]!.trace).toEqual(linkTrace('wifi'));
  await expect(loadScenario(applyOverrides(short, { trace: 'fog' }))).rejects.toThrow(
    /no such file.*lte, lte-drive, wifi/,
  );
});
