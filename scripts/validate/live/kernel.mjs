// Flows of this machine's kernel through namespaces of its own: sender, a bridge whose far port is a token bucket (the
// bottleneck), the helper's delay, receiver. A name space sees no other, so nothing leaves the machine.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const HELPER = 'helper/build/mooring-helper';
const TOOLS = ['ip', 'tc', 'ss', 'ethtool', 'iperf3'];
const SENDER = '10.55.0.1';
const RECEIVER = '10.55.0.2';
/** Bytes the token bucket counts for a packet of 1500. */
const FRAME = 1514;
/** Packets the bucket holds: with one, what its timer is late by is lost, 6 % of the rate on a busy machine. */
const BURST = 6;
const SAMPLE_MS = 100;

const sh = (command, ...words) => execFileSync(command, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Why no kernel flows can be had here; undefined where they can. */
export function absentKernel() {
  if (process.platform !== 'linux') return 'this is no Linux';
  if (process.getuid() !== 0) return 'name spaces take root';
  const missing = TOOLS.find((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing) return `${missing} is not installed`;
  if (!existsSync(HELPER)) return `${HELPER} is not built (npm run build:helper)`;
  return undefined;
}

export function kernelAlgorithms() {
  return readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8').trim().split(' ');
}

/** One flow: its goodput as the receiver counts it (Mbit/s), and what `ss` told of it ten times a second. */
export async function kernelFlow({ cc, mbit, oneWayUs, queueBytes, seconds }) {
  const id = `mv${process.pid}${cc}`;
  const [s, b, c] = ['s', 'b', 'c'].map((end) => `${id}${end}`);
  const inside = (space, ...words) => sh('ip', 'netns', 'exec', space, ...words);
  const children = [];
  const background = (...words) => {
    const child = spawn('ip', ['netns', 'exec', ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  };
  try {
    for (const space of [s, b, c]) sh('ip', 'netns', 'add', space);
    // s:va — b:va, bridge, b:vz — b:vy …the helper's delay… b:vw — c:vx
    sh('ip', '-n', s, 'link', 'add', 'va', 'type', 'veth', 'peer', 'name', 'va', 'netns', b);
    sh('ip', '-n', b, 'link', 'add', 'vz', 'type', 'veth', 'peer', 'name', 'vy');
    sh('ip', '-n', c, 'link', 'add', 'vx', 'type', 'veth', 'peer', 'name', 'vw', 'netns', b);
    sh('ip', '-n', b, 'link', 'add', 'br0', 'type', 'bridge');
    for (const port of ['va', 'vz']) sh('ip', '-n', b, 'link', 'set', port, 'master', 'br0');
    for (const [space, ends] of [
      [s, ['va', 'lo']],
      [b, ['va', 'vz', 'vy', 'vw', 'br0']],
      [c, ['vx', 'lo']],
    ]) {
      for (const end of ends) {
        if (end !== 'lo' && end !== 'br0')
          inside(space, 'ethtool', '-K', end, 'tso', 'off', 'gso', 'off', 'gro', 'off', 'tx', 'off');
        inside(space, 'sh', '-c', `echo 1 > /proc/sys/net/ipv6/conf/${end}/disable_ipv6 || true`);
        sh('ip', '-n', space, 'link', 'set', end, 'up');
      }
    }
    sh('ip', '-n', s, 'addr', 'add', `${SENDER}/24`, 'dev', 'va');
    sh('ip', '-n', c, 'addr', 'add', `${RECEIVER}/24`, 'dev', 'vx');
    for (const space of [s, c]) {
      inside(space, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/tcp_no_metrics_save');
      inside(space, 'sh', '-c', 'echo "4096 1048576 16777216" > /proc/sys/net/ipv4/tcp_rmem');
      inside(space, 'sh', '-c', 'echo "4096 1048576 16777216" > /proc/sys/net/ipv4/tcp_wmem');
    }
    const scaled = (value) => Math.round((value * FRAME) / 1500);
    // prettier-ignore
    inside(
      b,
      'tc',
      'qdisc',
      'add',
      'dev',
      'vz',
      'root',
      'tbf',
      'rate',
      `${scaled(mbit * 1e6)}bit`,
      'burst',
      `${BURST * FRAME}`,
      'limit',
      `${scaled(queueBytes)}`,
    );
    background(b, HELPER, 'delay', '--a', 'vy', '--b', 'vw', '--delay', `${oneWayUs}`, '--with-parent');
    background(c, 'iperf3', '-s', '-1');
    // Until the bridge forwards and the delay is there.
    await pause(1500);
    const client = background(s, 'iperf3', '-c', RECEIVER, '-t', `${seconds}`, '-J', '-C', cc);
    let json = '';
    client.stdout.on('data', (text) => {
      json += text;
    });
    const ended = new Promise((done) => client.on('close', done));
    const samples = [];
    let over = false;
    ended.then(() => {
      over = true;
    });
    const begun = performance.now();
    while (!over) {
      const atS = (performance.now() - begun) / 1000;
      const told = flowOf(inside(s, 'ss', '-tinH', 'dst', RECEIVER));
      if (told) samples.push({ atS, ...told });
      await Promise.race([pause(SAMPLE_MS), ended]);
    }
    const { end, error } = JSON.parse(json);
    if (error) throw new Error(error);
    const drops = Number(/dropped (\d+)/.exec(inside(b, 'tc', '-s', 'qdisc', 'show', 'dev', 'vz'))?.[1]);
    return { goodMbit: end.sum_received.bits_per_second / 1e6, retransmits: end.sum_sent.retransmits, drops, samples };
  } finally {
    for (const child of children) child.kill();
    await pause(200);
    for (const space of [s, b, c]) spawnSync('ip', ['netns', 'del', space]);
  }
}

/** Of the flow with the most data (iperf3 has a control connection besides): window in segments, smoothed RTT in ms. */
function flowOf(text) {
  const flows = [...text.matchAll(/rtt:([\d.]+)\/.* cwnd:(\d+) .*?bytes_acked:(\d+)/g)].map(([, rtt, cwnd, acked]) => ({
    rttMs: Number(rtt),
    cwnd: Number(cwnd),
    acked: Number(acked),
  }));
  return flows.sort((a, b) => b.acked - a.acked)[0];
}
