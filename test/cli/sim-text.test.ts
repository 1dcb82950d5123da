import { expect, test } from 'vitest';
import { summaryText } from '../../src/cli/sim/text.js';
import { simulate } from '../../src/sim/index.js';

test('a statistic of nothing is a dash', () => {
  const flows = [{ algorithm: 'builtin:reno', start: '990ms' as const, count: 2 }];
  const text = summaryText(simulate({ rtt: '40ms', flows, duration: '1s' }));
  expect(text).toMatch(/mean RTT +–\n/);
  expect(text).toMatch(/p95 RTT +–\n/);
  expect(text).toMatch(/Jain index +–\n/);
  expect(text).toMatch(/reno 0 .* – +– /);
});
