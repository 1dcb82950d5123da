// The simulator beside theory and beside other simulators; writes docs/validation.md. `--cells N` takes every Nth
// dumbbell of the peers. `--live` asks the peers that are installed here instead, and this machine's kernel, and writes
// docs/validation-live.md: a quarter of an hour; `--only kernel,ns3,ns2,fct,speed` makes some parts and leaves the others.
// Wants `npm run build`.
import { writeFileSync } from 'node:fs';
import { simulate } from '../dist/index.js';
import { absent, compareWith } from './validate/peers.mjs';
import { percent, quantile, table } from './validate/text.mjs';
import { THEORY } from './validate/theory.mjs';

const every = Number(process.argv[process.argv.indexOf('--cells') + 1]) || 1;
const LIMIT = 0.05;
const PEERS = { ns2: 'ns-2.35', ns3: 'ns-3.37' };
/** Why cells differ by more, by what they have in common; the first that fits. */
const REASONS = [
  [({ q }, peer) => q <= 8 && peer === 'ns2', "tiny queue: recovery and cubic's cut of Linux 2.6.22 (decision 0116)"],
  [({ q }) => q <= 8, 'tiny queue: what is dropped depends on how a host spaces its bursts'],
  [({ cc }, peer) => cc === 'cubic' && peer === 'ns3', 'cubic of ns-3 has no Reno-friendly region'],
  [
    // Four products of 1500 bytes; ns-2's mean queue there is two thirds of that, so its link is never idle.
    ({ cc, q, rate, rtt }, peer) => peer === 'ns2' && cc === 'cubic' && q * 12_000 >= 3.9 * rate * 1e6 * (rtt / 1000),
    'slow start without HyStart into four products of queue: ns-2 loses 8 to 62 % there and sends again what had arrived; its link is full all the same',
  ],
];
const UNKNOWN = 'not explained';

if (process.argv.includes('--live')) {
  const { validateLive } = await import('./validate/live/index.mjs');
  const only = process.argv[process.argv.indexOf('--only') + 1];
  console.log(await validateLive(process.argv.includes('--only') ? only.split(',') : undefined));
  process.exit();
}

const parts = [
  '# Validation',
  'Written by `npm run validate`. Every difference above 5 % is named, with its reason where one is known.',
  '## Theory',
  theory(),
  ...Object.keys(PEERS).flatMap((peer) => [`## ${PEERS[peer]}`, peerPart(peer)]),
  '## The Linux kernel, live peers',
  'In [validation-live.md](validation-live.md), by `npm run validate -- --live`.',
];
writeFileSync('docs/validation.md', `${parts.join('\n\n')}\n`);
console.log(parts.join('\n\n'));

function theory() {
  const rows = THEORY.map(({ name, source, scenario, of, expected, unit, why }) => {
    const measured = of(simulate(scenario));
    const difference = measured / expected - 1;
    const reason = Math.abs(difference) > LIMIT ? (why ?? UNKNOWN) : '';
    return [
      name,
      source,
      `${Math.round(expected)} ${unit}`,
      `${Math.round(measured)} ${unit}`,
      percent(difference),
      reason,
    ];
  });
  return table(['what', 'after', 'expected', 'simulated', 'difference', 'reason'], rows);
}

function peerPart(peer) {
  if (absent) return `Skipped: ${absent}.`;
  const rows = compareWith(peer, simulate, { every });
  const classes = [
    ['queue of 9 packets or more', rows.filter(({ q }) => q >= 9)],
    ['smaller queues', rows.filter(({ q }) => q < 9)],
  ].filter(([, cells]) => cells.length > 0);
  const summary = classes.map(([name, cells]) => {
    const sorted = cells.map(({ difference }) => Math.abs(difference)).sort((a, b) => a - b);
    const beyond = sorted.filter((difference) => difference > LIMIT).length;
    return [
      name,
      cells.length,
      percent(quantile(sorted, 0.5)),
      percent(quantile(sorted, 0.9)),
      percent(sorted.at(-1)),
      beyond,
    ];
  });
  const beyond = rows.filter(({ difference }) => Math.abs(difference) > LIMIT);
  const listed = beyond
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .map((row) => [
      `${row.n} × ${row.cc}`,
      `${row.rate} Mbit/s, ${row.rtt} ms, ${row.q} packets`,
      row.theirs.toFixed(2),
      row.ours.toFixed(2),
      percent(row.difference),
      REASONS.find(([fits]) => fits(row, peer))?.[1] ?? UNKNOWN,
    ]);
  return [
    'Goodput of dumbbells, drop-tail, mean over seeds; absolute differences.',
    table(['', 'cells', 'median', '90 %', 'greatest', 'above 5 %'], summary),
    listed.length === 0
      ? 'None differs by more than 5 %.'
      : table(['flows', 'path', 'peer, Mbit/s', 'ours', 'difference', 'reason'], listed),
  ].join('\n\n');
}
