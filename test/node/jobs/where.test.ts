import { expect, test } from 'vitest';
import { parseConstraint } from '../../../src/node/jobs/where.js';
import type { Scenario } from '../../../src/sim/index.js';

// bdp: 1,000,000 B/s · 0.04 s = 40,000 B; queue 80,000 B.
const scenario: Scenario = {
  rate: '8Mbit',
  rtt: '40ms',
  queue: '2bdp',
  loss: '1%',
  duration: '10s',
  flows: [{ algorithm: 'cubic', count: 3 }],
};

test.each([
  ['queue <= 4*bdp', true],
  ['queue > 2bdp', false],
  ['queue == 2bdp', true],
  ['queue >= 53pkt and queue < 54pkt', true],
  ['rate*rtt == bdp', true],
  ['rate == 1MB/s', true],
  ['rtt < 0.05s && !(loss > 2%)', true],
  ['not rtt < 50ms', false],
  ['flows == 3 or flows == 4', true],
  ['alg != \'bbr\' and alg == "cubic"', true],
  ['duration / rtt == 250', true],
  ['-(1 - 3) * 2 == 4', true],
  ['1 + 2 * 3 == 7 and 8 - 2 - 1 == 5 and 8 / 2 / 2 == 2', true],
  ['seed == 1', true],
])('%s: %s', (text, holds) => {
  expect(parseConstraint(text).holds(scenario)).toBe(holds);
});

test.each([
  ['', /at character 1: a value is missing/],
  ['   ', /a value is missing/],
  ['queue <=', /at character 9: a value is missing/],
  ['queue', /at character 1: this is no condition/],
  ['queue <= 4*bpd', /at character 12: bpd is not known here; known are rate, rtt/],
  ['rate < rtt', /at character 6: a rate and a time do not go together/],
  ['queue < 64000', /a size and a number do not go together: write the unit/],
  ['rtt < 4furlong', /at character 7: furlong is no unit/],
  ["alg < 'b'", /texts are compared by == and !=/],
  ['alg == 1', /a text is not compared with a number/],
  ['(flows == 1', /a \) is missing/],
  ['flows == 1)', /at character 11: "\)" is not expected here/],
  ['flows = 1', /"=" is not expected here/],
  ['1 < 2 < 3', /"<" is not expected here/],
  ['flows and 1 == 1', /"and" joins conditions/],
  ['process.exit(1)', /process is not known here|"." is not expected here/],
  ['constructor == 1', /constructor is not known here/],
  ['flows == 1e999', /beyond all numbers/],
  [`${'('.repeat(60)}1 == 1${')'.repeat(60)}`, /nested more than 50 deep/],
  ['-'.repeat(900) + '1 == 1', /nested more than 50 deep/],
  ['1 == 1 '.repeat(200), /at most 1000 characters/],
  ['alg == "ü', /""" is not expected here/],
])('%j is refused', (text, message) => {
  expect(() => parseConstraint(text)).toThrow(message);
});

test('what the scenario does not say, and a division by 0, are told with their place', () => {
  expect(() => parseConstraint('flows > 0 and queue < 1bdp').holds({ flows: [] })).not.toThrow();
  expect(() => parseConstraint('queue < 1bdp').holds({ ...scenario, rtt: undefined } as never)).toThrow(/is not known/);
  expect(() => parseConstraint('1 / (flows - 3) > 0').holds(scenario)).toThrow(/at character 3: this divides by 0/);
});
