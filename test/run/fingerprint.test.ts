import { expect, test } from 'vitest';
import { answer, fromSimulation, type Run, remoteSource, runBytes } from '../../src/run/index.js';
import { type Scenario, simulate } from '../../src/sim/index.js';

// What says whether two runs are the same to the bit.

const runOf = (more: Partial<Scenario> = {}): Run =>
  fromSimulation(
    simulate({
      ...{ rate: '12Mbit', rtt: '20ms', loss: 0.01, duration: '2s', seed: 4 },
      flows: [{ algorithm: 'builtin:reno' }, { algorithm: 'builtin:cubic', start: '1s' }],
      ...more,
    }),
  );
const bytesOf = async (run: Run): Promise<string> => Buffer.concat(await runBytes(run)).toString('base64');

test('a scenario gives the same bytes again, wherever its run is', async () => {
  const run = runOf();
  const here = await bytesOf(run);
  expect(await bytesOf(runOf())).toBe(here);
  const elsewhere = { ...run, source: remoteSource(async (call) => structuredClone(await answer(run.source, call))) };
  expect(await bytesOf(elsewhere)).toBe(here);
});

test('another seed gives others, a name for people does not', async () => {
  const here = await bytesOf(runOf());
  expect(await bytesOf(runOf({ seed: 5 }))).not.toBe(here);
  expect(await bytesOf(runOf({ name: 'mine' }))).toBe(here);
});

test('one value that differs in its last bit is told, one form of what is not known is not', async () => {
  const run = runOf();
  const here = await bytesOf(run);
  const changed = (change: (values: Float64Array) => void): Run => ({
    ...run,
    source: {
      ...run.source,
      async query(query) {
        const found = await run.source.query(query);
        if (!found || query.quantity !== 'cwnd') return found;
        const last = found.last.slice();
        change(last);
        return { ...found, last };
      },
    },
  });
  const nudged = changed((values) => {
    const at = values.findIndex((value) => !Number.isNaN(value));
    values[at] = values[at]! * (1 + Number.EPSILON);
  });
  expect(await bytesOf(nudged)).not.toBe(here);
  const otherNan = changed((values) => {
    const bits = new BigUint64Array(values.buffer);
    values.forEach((value, i) => {
      if (Number.isNaN(value)) bits[i] = 0xfff8000000000001n;
    });
  });
  expect(await bytesOf(otherNan)).toBe(here);
});
