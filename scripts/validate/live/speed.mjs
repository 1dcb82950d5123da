// What a simulated segment costs in processor time, beside ns-2 and ns-3: one run of each, set-up included.
import { spawnSync } from 'node:child_process';
import { table } from '../text.mjs';
import { absentPeer, askNs2, askNs3 } from './peers.mjs';

/** Flows, Mbit/s, simulated seconds: some millions of segments, so that what a process costs to start is little of it. */
const SIZES = [
  [1, 100, 600],
  [10, 100, 600],
  [100, 1000, 60],
  [1000, 10_000, 6],
  [1, 100_000, 2],
  [1, 400_000, 2],
];
const RTT = 40;
/** Segments a peer is asked for: it simulates a shorter time where that suffices. */
const MOST = { ns2: 2e6, ns3: 3e5 };
/** Round trips that a run has at least, so that it is more than slow start. */
const LEAST_S = 20 * (RTT / 1000);

export function speedPart() {
  const rows = SIZES.map(([flows, rate, seconds]) => {
    const queue = Math.round((rate * RTT * 1000) / 12_000);
    const cell = { flows, rate, rtt: RTT, queue, cc: 'cubic', seconds };
    const ours = apart(cell);
    const peers = [
      ['ns2', askNs2],
      ['ns3', askNs3],
    ].map(([peer, ask]) => {
      if (absentPeer(peer)) return 'absent';
      const shorter = Math.min(seconds, (MOST[peer] * 12_000) / (rate * 1e6));
      // A thousand pairs of hosts: ns-2 works out routes for a minute, ns-3 has too far to go.
      if (shorter < LEAST_S || flows > 100) return 'not asked';
      const { segments, cpu } = ask({ ...cell, seconds: shorter, seed: 1 });
      const speed = segments / cpu;
      return `${millions(speed)} (${(ours.segments / ours.cpu / speed).toFixed(1)} ×)`;
    });
    return [
      `${flows} × cubic, ${rate >= 1000 ? `${rate / 1000} Gbit/s` : `${rate} Mbit/s`}`,
      `${seconds} s`,
      millions(ours.segments / ours.cpu),
      millions(ours.events / ours.cpu),
      ours.cpu.toFixed(2),
      ...peers,
    ];
  });
  const head = [
    'flows and bottleneck',
    'simulated',
    'ours: segments/s',
    'events/s',
    'CPU, s',
    'ns-2 (ours is)',
    'ns-3 (ours is)',
  ];
  return [
    `Segments that arrived, per second of processor time, millions; ${RTT} ms, a product of queue. All are processes of their own whose start counts; a peer
simulates a shorter time where that is enough to know its speed.`,
    table(head, rows),
    commandLine(),
  ].join('\n\n');
}

const millions = (value) => (value / 1e6).toFixed(value < 1e5 ? 3 : 2);

/** A run in a process of its own, so that its processor time is the whole of it. */
function apart({ flows, rate, rtt, queue, cc, seconds }) {
  const scenario = {
    rate: `${rate}Mbit`,
    rtt: `${rtt}ms`,
    queue: `${queue}pkt`,
    duration: `${seconds}s`,
    series: false,
    flows: [{ algorithm: `builtin:${cc}`, count: flows, slowStart: 'standard' }],
  };
  const script = `import { simulate } from './dist/sim.js';
    const { summary, flows } = simulate(${JSON.stringify(scenario)});
    const { user, system } = process.cpuUsage();
    const segments = flows.reduce((sum, { bytesAcked }) => sum + bytesAcked / 1448, 0);
    console.log(JSON.stringify({ segments, events: summary.events, cpu: (user + system) / 1e6 }));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return JSON.parse(stdout);
}

/** Processor time of `mooring sim` from its start: the middle of seven. */
function commandLine() {
  const cost = (...words) => {
    const times = Array.from({ length: 7 }, () => {
      const run = spawnSync('bash', ['-c', '"$@" > /dev/null; times', 'run', process.execPath, ...words], {
        encoding: 'utf8',
      });
      const [, user, system] = /0m([\d.]+)s 0m([\d.]+)s\s*$/.exec(run.stdout);
      return Number(user) + Number(system);
    });
    return times.sort((a, b) => a - b)[3].toFixed(2);
  };
  return `\`mooring sim\` (30 s of AIMD over 12 Mbit/s) takes ${cost('dist/cli.js', 'sim', '--no-progress')} s of processor time from its start; \`node -e 0\` takes ${cost('-e', '0')} s.`;
}
