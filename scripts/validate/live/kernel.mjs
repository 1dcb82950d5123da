// Flows of this machine's kernel on a path of namespaces (src/node/path): sender, token bucket, delay, receiver.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { buildKernelPath, findHelper, sendThrough } from '../../../dist/node.js';

const TOOLS = ['ip', 'tc', 'ss', 'ethtool', 'ping', 'iperf3'];
const SAMPLE_MS = 100;

/** Why no kernel flows can be had here; undefined where they can. */
export function absentKernel() {
  if (process.platform !== 'linux') return 'this is no Linux';
  if (process.getuid() !== 0) return 'name spaces take root';
  const missing = TOOLS.find((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing) return `${missing} is not installed`;
  if (findHelper().program === undefined) return 'the helper is not built (npm run build:helper)';
  return undefined;
}

export function kernelAlgorithms() {
  return readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8').trim().split(' ');
}

/** One flow: its goodput as the receiver counts it (Mbit/s), and what `ss` told of it ten times a second. */
export async function kernelFlow({ cc, mbit, oneWayUs, queueBytes, seconds }) {
  const path = await buildKernelPath({ rateBytesPerSecond: (mbit * 1e6) / 8, oneWayDelayUs: oneWayUs, queueBytes });
  try {
    const sent = await sendThrough(path, { seconds, congestionControl: cc, sampleMs: SAMPLE_MS, niceness: -20 });
    const samples = sent.samples
      .filter(({ srttUs }) => srttUs !== undefined)
      .map(({ atUs, cwndPackets, srttUs }) => ({ atS: atUs / 1e6, cwnd: cwndPackets, rttMs: srttUs / 1000 }));
    const goodMbit = (sent.bytesReceived * 8) / 1e6 / sent.seconds;
    return { goodMbit, retransmits: sent.retransmits, drops: await path.drops(), samples };
  } finally {
    await path.close();
  }
}
