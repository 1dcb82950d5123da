import { type Command, Option } from 'commander';
import { formatRate, parseRateBytesPerSecond, parseSize } from '../../base/index.js';
import { LIBCCP_TEXT } from '../../generated/codes.js';
import { PATH } from '../../generated/helper-protocol.js';
import { LiveDatapath, type LiveDatapathState } from '../../node/datapath/index.js';
import { printJson, tell } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { checkedBy, duration, parsedBy, wholeNumber, withDefault } from '../values.js';

interface DatapathFlags {
  agent: string;
  path: string;
  flows: number;
  rate: number;
  rtt: number;
  queue: string;
  congAlg?: string;
  id: number;
  duration?: number;
  json?: boolean;
}

/** `mooring datapath`: our datapath behind a socket, for any CCP agent. */
export function addDatapath(command: Command): void {
  command
    .addOption(new Option('--ipc <kind>', 'how the agent is reached').choices(['unix']).default('unix'))
    .option('--agent <path>', 'where the agent listens', PATH.UNIX)
    .option('--path <path>', 'where this datapath listens', `/tmp/ccp/mooring-${process.pid}`)
    .option('--flows <n>', 'flows over one bottleneck', wholeNumber(1, 10_000), 2)
    .addOption(withDefault('--rate <rate>', 'rate of the bottleneck', parsedBy(parseRateBytesPerSecond), '12Mbit'))
    .addOption(withDefault('--rtt <duration>', 'round-trip time without the queue', duration(1), '40ms'))
    .option('--queue <size>', 'queue of the bottleneck, or 1bdp, 2bdp, …', checkedBy(checkQueue), '1bdp')
    .option('--cong-alg <name>', 'the algorithm the flows ask for')
    .option('--id <n>', 'told in READY', wholeNumber(0, 0xffff_ffff), 1)
    .option('--duration <duration>', 'end after this time, such as 30s', duration(1))
    .option('--json', 'print the last state as one JSON document at the end')
    .action(run);
}

async function run(flags: DatapathFlags): Promise<void> {
  const { rate: rateBytesPerSecond, rtt: rttUs, duration: durationUs } = flags;
  const stop = stopOnSignal();
  const live = new LiveDatapath({
    agent: flags.agent,
    path: flags.path,
    flows: flags.flows,
    id: flags.id,
    rateBytesPerSecond,
    rttUs,
    queueBytes: queueBytes(flags.queue, (rateBytesPerSecond * rttUs) / 1e6),
    ...(flags.congAlg === undefined ? {} : { congAlg: flags.congAlg }),
  });
  live.start();
  tell(`mooring datapath: ${flags.flows} flows at ${flags.path} for the agent at ${flags.agent}; Ctrl-C ends it`);
  let last = live.state();
  const timer = setInterval(() => {
    const state = live.state();
    tell(line(last, state));
    for (const text of [...newStops(last, state), ...newlyMissing(last, state)]) tell(text);
    last = state;
  }, 1000);
  let end: NodeJS.Timeout | undefined;
  const ended = new Promise<void>((resolve) => {
    if (durationUs !== undefined) end = setTimeout(resolve, durationUs / 1000);
  });
  await Promise.race([stop.received, ended]);
  clearTimeout(end);
  clearInterval(timer);
  stop.close();
  const state = live.state();
  live.close();
  if (flags.json) await printJson(state);
}

function line(before: LiveDatapathState, { flows, ...now }: LiveDatapathState): string {
  const acked = (state: { flows: LiveDatapathState['flows'] }) =>
    state.flows.reduce((sum, flow) => sum + flow.ackedBytes, 0);
  const goodput = ((acked({ flows }) - acked(before)) / (now.elapsedUs - before.elapsedUs)) * 1e6;
  const sum = (of: 'cwndBytes' | 'reports' | 'lostPackets') => flows.reduce((total, flow) => total + flow[of], 0);
  const mean = flows.length > 0 ? Math.round(sum('cwndBytes') / flows.length) : 0;
  const note = now.fallback ? ', in fallback: no agent' : '';
  return `${(now.elapsedUs / 1e6).toFixed(0).padStart(4)} s  ${formatRate(goodput)}  rtt ${(now.rttUs / 1000).toFixed(1)} ms  cwnd ${mean} B  lost ${sum('lostPackets')}  reports ${sum('reports')}${note}`;
}

/** Arithmetic errors of the agent's programs since the line before: each ended its program for that ACK. */
function newStops(before: LiveDatapathState, now: LiveDatapathState): string[] {
  return now.programStops.flatMap(({ programUid, instruction, code, times }) => {
    const same = before.programStops.find(
      (stop) => stop.programUid === programUid && stop.instruction === instruction && stop.code === code,
    );
    const more = times - (same?.times ?? 0);
    if (more <= 0) return [];
    const what = LIBCCP_TEXT.get(code)?.text ?? `code ${code}`;
    return [
      `        program ${programUid}, instruction ${instruction}: ${what} ${more} ${more === 1 ? 'time' : 'times'}`,
    ];
  });
}

function newlyMissing(before: LiveDatapathState, now: LiveDatapathState): string[] {
  const names = now.missingPrimitives.filter((name) => !before.missingPrimitives.includes(name));
  return names.map((name) => `        a program reads ${name}, which this datapath has not: refused`);
}

function checkQueue(text: string): void {
  queueBytes(text, 1);
}

function queueBytes(text: string, bdp: number): number {
  const [, times] = /^(\d+(?:\.\d+)?)bdp$/.exec(text) ?? [];
  return times === undefined ? parseSize(text) : Number(times) * bdp;
}
