// What a page does: all of the probe in the page, then the same simulation and capture in workers.
import { spawnCapture, spawnSim } from 'mooring/web';
import { CAPTURE, outcome, probe, SCENARIO } from './probe.js';

export async function page(sim = () => spawnSim(), capture = () => spawnCapture()) {
  return {
    ...(await probe()),
    spawnSim: await outcome(async () => {
      const worker = sim();
      try {
        const { durationUs } = await worker.simulator.begin(SCENARIO);
        await worker.simulator.advance(durationUs);
        const { summary } = await worker.simulator.outcome();
        return [summary.utilisation, summary.jain, summary.rttUs.p95, summary.packetsSent];
      } finally {
        worker.close();
      }
    }),
    spawnCapture: await outcome(async () => {
      const worker = capture();
      try {
        return (await worker.captures.analyse([new Blob([CAPTURE])])).totals.packets;
      } finally {
        worker.close();
      }
    }),
  };
}
