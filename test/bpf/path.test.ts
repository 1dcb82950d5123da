import { afterEach, describe, expect, test } from 'vitest';
import { AlgBase, type AlgorithmClass, createConst } from '../../src/algorithms/index.js';
import { connect } from '../../src/node/agent/index.js';
import { namespaces } from '../../src/node/namespaces/index.js';
import { buildKernelPath, type KernelPath, sendThrough } from '../../src/node/path/index.js';
import { whyNoFlows } from './network.js';

// A class in charge of a kernel flow on a path with a bottleneck, a queue and a delay.

const missing = whyNoFlows();
if (missing) console.log(`classes on a path of this kernel: skipped, ${missing}`);

const LINK = { rateBytesPerSecond: 2.5e6, oneWayDelayUs: 20_000, queueBytes: 100_000 };
const SECONDS = 5;
let path: KernelPath | undefined;
afterEach(async () => await path?.close());

/** Sends for some seconds under the class; bytes that arrived, and the windows the socket had. */
async function under(algorithm: AlgorithmClass, options: Parameters<typeof buildKernelPath>[0]) {
  path = await buildKernelPath(options);
  const name = `mrp${process.pid % 1_000_000}`;
  const agent = await connect('bpf', algorithm, { socket: { netns: path.sender, name } });
  try {
    const { bytesReceived, samples } = await sendThrough(path, {
      seconds: SECONDS,
      congestionControl: name,
      sampleMs: 50,
    });
    const own = samples.filter((flow) => flow.congestionControl === name && flow.bytesAcked > 10_000);
    return { bytesReceived, windows: own.map(({ cwndPackets }) => cwndPackets) };
  } finally {
    await agent.close();
  }
}

describe.skipIf(missing !== undefined)('a class on a path of this kernel', () => {
  test('a window above what path and queue hold recovers from its losses', async () => {
    // 69 packets on the way, 67 in the queue.
    const { bytesReceived, windows } = await under(createConst({ cwndPackets: 300 }), LINK);
    // In bursts of all that is lost, which the queue drops again, it was 0.2 MB a second of 2.4.
    expect(bytesReceived).toBeGreaterThan(SECONDS * 1.2e6);
    // It opens beyond what path and queue hold, as the class wants it.
    expect(Math.max(...windows)).toBeGreaterThan(150);
    // While it repairs, what is let go follows what arrives.
    expect(windows.some((window) => window > 1 && window < 300)).toBe(true);
  });

  test('a window that grows by less than a packet with each ACK grows', async () => {
    const program = `
(def (Report (volatile acked 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Cwnd (+ Cwnd 40))
  (fallthrough))
(when (> Micros 1000000)
  (report)
  (:= Micros 0))`;
    class Creep extends AlgBase {
      override onCreate(): void {
        this.datapath.install(program, { fields: { Cwnd: 20_000 } });
      }
      override onReport(): void {}
    }
    const { windows } = await under(Creep as unknown as AlgorithmClass, { ...LINK, queueBytes: 1_000_000 });
    expect(windows.at(-1)).toBeGreaterThan(20);
  });

  test('of it nothing is left when it is closed, once or twice', async () => {
    const before = await namespaces();
    path = await buildKernelPath({ oneWayDelayUs: 1000 });
    expect(await path.drops()).toBeUndefined();
    expect((await namespaces()).length).toBe(before.length + 3);
    await path.close();
    await path.close();
    expect((await namespaces()).sort()).toEqual(before.sort());
  });
});
