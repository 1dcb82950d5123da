// What ns-2.35 and ns-3.37 answered to the same dumbbells, recorded beside the checkout, and the simulator now.
import { existsSync, readFileSync } from 'node:fs';
import { mean } from './text.mjs';

const FOLDER = '../shared/vectors/peers';
const SECONDS = { 1: 60, 10: 40, 100: 20 };
/** One packet stands in ns-3's device besides its queue, so that smaller ones cannot be compared. */
/** What the peers call the senders there are here. */
const SENDERS = { reno: 'reno', linuxreno: 'reno', cubic: 'cubic' };
const LEAST_QUEUE = { ns2: 2, ns3: 3 };

export const absent = existsSync(FOLDER) ? undefined : `${FOLDER} is not beside the checkout`;

/** A row for each dumbbell of a peer: goodput, Mbit/s, as mean over seeds, and by how much ours differs. */
export function compareWith(peer, simulate, { every = 1 } = {}) {
  const lines = readFileSync(`${FOLDER}/${peer}-dumbbell.jsonl`, 'utf8').trim().split('\n');
  const cells = new Map();
  for (const answer of lines.map((line) => JSON.parse(line))) {
    if (answer.q < LEAST_QUEUE[peer] || !SENDERS[answer.cc]) continue;
    const key = JSON.stringify([answer.cc, answer.n, answer.rate, answer.rtt, answer.q, answer.hy ?? 0]);
    cells.set(key, [...(cells.get(key) ?? []), answer]);
  }
  return [...cells.values()].filter((_, index) => index % every === 0).map((answers) => row(answers, simulate));
}

function row(answers, simulate) {
  const [{ cc, n, rate, rtt, q, hy, secs }] = answers;
  const seconds = secs ?? SECONDS[rate] ?? 20;
  const ours = answers.map(({ seed }) => {
    const { summary } = simulate({
      rate: `${rate}Mbit`,
      rtt: `${rtt}ms`,
      queue: `${Math.max(2, q)}pkt`,
      duration: `${seconds}s`,
      measureFrom: `${seconds / 4}s`,
      seed,
      series: false,
      flows: [{ algorithm: `builtin:${SENDERS[cc]}`, count: n, slowStart: hy ? 'hystart' : 'standard' }],
    });
    return (summary.goodputBytesPerSecond * 8) / 1e6;
  });
  const theirs = mean(answers.map(({ good }) => good));
  return { cc, n, rate, rtt, q, theirs, ours: mean(ours), difference: mean(ours) / theirs - 1 };
}
