import { Aimd } from '../algorithms/index.js';
import { connect } from '../node/agent/index.js';
import { createChannel } from '../node/transports/index.js';
import { encodeMessage } from '../wire/index.js';
import { AIMD_REPORT } from './aimd-report.js';

const COUNT = 20_000;
const UNDER_WAY = 8;

/** Round trips through the event loop of one thread, no system call. */
export async function measureChannel(): Promise<{
  readonly p50Us: number;
  readonly p99Us: number;
  readonly perSecond: number;
}> {
  const channel = createChannel();
  const agent = await connect(channel.transport, Aimd, { readyDelayUs: 0 });
  const datapath = channel.datapath();
  let heard = () => {};
  datapath.onMessage(() => heard());
  const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
  datapath.send(encodeMessage({ type: 'create', sid: 1, ...info }));
  const report = encodeMessage({ type: 'measure', sid: 1, programUid: 1, fields: AIMD_REPORT });
  const answers = (count: number) =>
    new Promise<void>((resolve) => {
      let left = count;
      heard = () => {
        left -= 1;
        if (left === 0) resolve();
      };
    });
  const programmed = answers(2);
  await programmed;
  const times: number[] = [];
  for (let i = 0; i < COUNT; i += 1) {
    const answered = answers(1);
    const start = process.hrtime.bigint();
    datapath.send(report);
    await answered;
    times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  times.sort((a, b) => a - b);
  const start = process.hrtime.bigint();
  for (let i = 0; i < COUNT; i += UNDER_WAY) {
    const answered = answers(UNDER_WAY);
    for (let k = 0; k < UNDER_WAY; k += 1) datapath.send(report);
    await answered;
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  await agent.close();
  return { p50Us: times[COUNT >> 1]!, p99Us: times[Math.floor(COUNT * 0.99)]!, perSecond: COUNT / seconds };
}
