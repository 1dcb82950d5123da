import { describe, expect, test } from 'vitest';
import { Bottleneck, type Sender, type Step } from '../../../src/node/datapath/bottleneck.js';

// The fluid that live flows are driven over: what arrives is served, waits or is lost, and nothing else.

const RATE = 1_000_000;
const RTT_US = 10_000;
const QUEUE = 5_000;
const make = () => new Bottleneck({ rateBytesPerSecond: RATE, rttUs: RTT_US, queueBytes: QUEUE });
const sender = (cwndBytes: number, rateBytesPerSecond = 0): Sender => ({ cwndBytes, rateBytesPerSecond });

function step(bottleneck: Bottleneck, senders: readonly Sender[], us: number): Step[] {
  const results = senders.map(() => ({ ackedBytes: 0, lostBytes: 0 }));
  bottleneck.step(senders, results, us);
  return results;
}

describe('a bottleneck', () => {
  test('serves what the link takes at most, and no more than there is', () => {
    // A window of half the bandwidth-delay product: 500 bytes in a millisecond.
    expect(step(make(), [sender(5_000)], 1_000)).toEqual([{ ackedBytes: 500, lostBytes: 0 }]);
    // Twice the product: 2,000 bytes come in a millisecond, 1,000 go.
    const bottleneck = make();
    expect(step(bottleneck, [sender(20_000)], 1_000)).toEqual([{ ackedBytes: 1_000, lostBytes: 0 }]);
    expect(bottleneck.queuedBytes).toBe(1_000);
    expect(bottleneck.rttUs).toBe(RTT_US + 1_000);
  });

  test('empties its queue when less comes than goes', () => {
    const bottleneck = make();
    step(bottleneck, [sender(20_000)], 1_000);
    expect(step(bottleneck, [sender(0)], 2_000)[0]!.lostBytes).toBe(0);
    expect(bottleneck.queuedBytes).toBe(0);
  });

  test('loses what does not fit its queue, in proportion to what each sent', () => {
    const bottleneck = make();
    const [one, three] = step(bottleneck, [sender(30_000), sender(90_000)], 1_000);
    // 12,000 bytes come, 1,000 go, 5,000 wait.
    expect(bottleneck.queuedBytes).toBe(QUEUE);
    expect(one!.lostBytes).toBeCloseTo(1_500, 6);
    expect(three!.lostBytes).toBeCloseTo(4_500, 6);
    expect(one!.ackedBytes + three!.ackedBytes).toBeCloseTo(1_000, 6);
  });

  test('takes no more of a paced sender than its rate, nor than its window', () => {
    expect(step(make(), [sender(5_000, 100_000)], 1_000)[0]!.ackedBytes).toBe(100);
    expect(step(make(), [sender(500, 100_000)], 1_000)[0]!.ackedBytes).toBe(50);
  });

  test('gives nothing where nobody sends', () => {
    expect(step(make(), [sender(0)], 1_000)).toEqual([{ ackedBytes: 0, lostBytes: 0 }]);
  });
});
