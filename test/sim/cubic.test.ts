import { expect, it } from 'vitest';
import { normaliseScenario, SimEngine } from '../../src/sim/index.js';
import { MSS, percentOf } from './physics.js';

it('after a timeout follows the curve from the window avoidance begins with: K = 0 (RFC 9438 4.8)', () => {
  const engine = new SimEngine(
    normaliseScenario({
      rate: '1Gbit',
      rtt: '200ms',
      duration: '40s',
      series: { bin: '100ms' },
      flows: [
        { algorithm: 'builtin:cubic', initialCwndPackets: 150, delayedAcks: false, receiveWindowBytes: 200 * MSS },
      ],
    }),
  );
  engine.run(1e6);
  engine.change({ kind: 'loss', link: 0, probability: 1 });
  engine.run(4e6);
  engine.change({ kind: 'loss', link: 0, probability: 0 });
  engine.run(40e6);
  const { cwndBytes, ssthreshBytes } = engine.result().series.flows[0]!;
  const lost = cwndBytes.findIndex((bytes, bin) => bin > 10 && bytes === MSS);
  const begun = cwndBytes.findIndex((bytes, bin) => bin > lost && bytes >= ssthreshBytes[bin]!);
  const start = cwndBytes[begun]! / MSS;
  expect(start).toBeGreaterThan(100);
  const ofCurve = [3, 4, 5].map((seconds) =>
    percentOf(cwndBytes[begun + 10 * seconds]! / MSS, 0.4 * seconds ** 3 + start),
  );
  for (const percent of ofCurve) expect(Math.abs(percent - 100), String(ofCurve)).toBeLessThanOrEqual(8);
});
