import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import type { AlgorithmName } from '../../algorithms/index.js';
import { parseSize } from '../../base/index.js';
import {
  type AgentHandle,
  type ConnectOptions,
  connect,
  describeEvent,
  isNotice,
  LiveFeed,
} from '../../node/agent/index.js';
import { type IpcKind, KINDS, relaunchWithSocket, wantsRelaunch } from '../../node/helper/index.js';
import { sleep } from '../../node/process/index.js';
import { serveWebSocket } from '../../node/transports/index.js';
import { ALGORITHM_HELP, ALGORITHM_NAMES, algorithmOption, readAlgorithm } from '../algorithm.js';
import { keepStdout, printJson, tell } from '../output.js';
import { PRIMITIVES_ABOUT, PRIMITIVES_FLAG, readPrimitives } from '../primitives.js';
import { stopOnSignal } from '../signals.js';
import { duration, parsedBy, wholeNumber } from '../values.js';

/** What setTimeout can wait at most. */
const LONGEST_TIMER_US = 2 ** 31 * 1000 - 1000;

interface ServeAddress {
  readonly host?: string;
  readonly port: number;
}

interface AgentFlags {
  alg: string;
  ipc: IpcKind;
  path?: string;
  workers?: number;
  blocking?: boolean;
  debug?: boolean;
  record?: string;
  poke?: string[];
  programSlots?: number;
  primitives?: string;
  watchdog?: number;
  userPeers?: boolean;
  route?: string[];
  cgroup?: string;
  default?: boolean;
  netns?: string;
  port?: string[];
  ssh?: boolean;
  name?: string;
  fallback?: string;
  fallbackAfter?: number;
  coalesce?: number;
  receiveBuffer?: number;
  serve?: ServeAddress;
  token?: string;
  allowSet?: boolean;
  origin?: string[];
  duration?: number;
  json?: boolean;
  quiet?: boolean;
}

const PATHS = Object.entries(KINDS)
  .flatMap(([kind, { path }]) => (path ? `${kind}: ${path.about} (${path.usual})` : []))
  .join('; ');

/** `mooring agent`: congestion control for the datapaths of this machine. */
export function addAgent(command: Command): void {
  command
    .addOption(algorithmOption(ALGORITHM_NAMES).makeOptionMandatory())
    .addOption(new Option('--ipc <kind>', 'how datapaths are reached').choices(Object.keys(KINDS)).default('unix'))
    .option('--path <path>', PATHS)
    .option(
      '--workers <n>',
      'threads the flows are spread over; 0 runs the algorithm in the main thread',
      wholeNumber(0, 64),
    )
    .option('--blocking', 'blocking reads in the worker: lowest latency (the default with workers)')
    .option('--no-blocking', 'read through the event loop')
    .option('--debug', 'print every message both ways, decoded, on stderr')
    .option('--record <file>', 'keep every message with its time, for `mooring replay`')
    .option('--poke <address...>', 'speak first to these datapaths: flows that began before wait for it')
    .option('--program-slots <n>', 'programs a datapath holds (9, as the Linux module)', wholeNumber(1, 65_535))
    .option(PRIMITIVES_FLAG, PRIMITIVES_ABOUT)
    .option(
      '--watchdog <duration>',
      'replace a worker whose algorithm does not return for so long (2s)',
      duration(200_000, 3600e6),
    )
    .option('--user-peers', 'netlink: take messages of processes too, not only of the kernel')
    .option('--route <prefix...>', 'bpf: flows by these routes, as `ip route` names them, such as 10.0.0.0/24')
    .option('--cgroup <path>', 'bpf: flows of the processes of this control group, a folder of cgroup2')
    .option('--default', 'bpf: every flow of the namespace that names no other congestion control')
    .option('--netns <name>', 'bpf: routes and default of this network namespace')
    .option('--port <ports...>', 'bpf: only flows with one of these ports at either end, such as 443 5000-5010')
    .option('--ssh', 'bpf: flows of port 22 and of this SSH session as well, which are left alone else')
    .option('--name <name>', 'bpf: what the congestion control is called (mooring); two agents take two')
    .option('--fallback <name>', 'bpf: the congestion control of flows that no agent decides for (cubic)')
    .option(
      '--fallback-after <duration>',
      'bpf: how long a flow waits for an agent or a program before that (1s)',
      duration(10_000, 3600e6),
    )
    .option(
      '--coalesce <duration>',
      'bpf: reports that come closer together go together, about so late (1ms; 0s: each at once)',
      duration(0, 1e6),
    )
    .option(
      '--receive-buffer <size>',
      'ask the kernel for a queue so large, such as 4MB, where it drops messages',
      parsedBy(parseSize),
    )
    .option(
      '--serve <[host:]port>',
      'let pages watch over a WebSocket; binds to 127.0.0.1 unless a host is given',
      parsedBy(parseServe),
    )
    .option('--token <text>', 'what a page has to present (made up and printed where none is given)')
    .option('--allow-set', 'let pages that have the token set fields of flows, past the algorithm')
    .option('--origin <origin...>', 'origins pages may come from, such as http://localhost:5173')
    .option('--duration <duration>', 'end after this time, such as 30s', duration(1000, LONGEST_TIMER_US))
    .option('--json', 'print the statistics as one JSON document at the end')
    .option('--quiet', 'print faults only')
    .addHelpText('after', ALGORITHM_HELP)
    .action(run);
}

async function run(flags: AgentFlags, command: Command): Promise<void> {
  const algorithm = readAlgorithm(flags.alg);
  // Opened by the helper where this process may not, or has only sudo to thank for it.
  if (wantsRelaunch(flags.ipc)) {
    process.exitCode = await relaunchWithSocket(flags.ipc, optionsOf(flags).socket ?? {});
    return;
  }
  if (flags.json) keepStdout();
  const stop = stopOnSignal();
  const parent = process.ppid;
  const agent = await connect(flags.ipc, algorithm as AlgorithmName | URL, optionsOf(flags));
  const counts: Record<string, number> = {};
  agent.events.on((event) => {
    counts[event.kind] = (counts[event.kind] ?? 0) + 1;
    if (!flags.quiet || isNotice(event)) tell(describeEvent(event));
  });
  const server =
    flags.serve === undefined
      ? undefined
      : await serveViewers(flags.serve, flags, agent, command.parent?.version() ?? '');
  tell(`mooring agent: ${flags.alg} on ${flags.ipc}; Ctrl-C ends it`);
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'over'>((resolve) => {
    if (flags.duration !== undefined) timer = setTimeout(() => resolve('over'), flags.duration / 1000);
  });
  let stats: unknown;
  try {
    const ended = await Promise.race([stop.received, over, agent.closed.then(() => undefined)]);
    if (ended && ended !== 'over' && process.env['MOORING_SOCKET_FD'] !== undefined && process.ppid !== parent) {
      tell('mooring agent: the helper that opened the socket is gone, so the agent ends');
    }
    // An algorithm that does not return keeps its statistics to itself.
    if (ended) stats = await Promise.race([agent.stats(), sleep(200)]);
  } finally {
    clearTimeout(timer);
    stop.close();
    await agent.close();
    await server?.close();
  }
  if (flags.json) await printJson({ events: counts, stats: stats ?? null });
}

/** `[host:]port`. */
function parseServe(text: string): ServeAddress {
  const [, host, port] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new Error('Give a port, or host:port, such as 127.0.0.1:8080.');
  return { ...(host === undefined ? {} : { host: host.replace(/^\[|\]$/g, '') }), port: Number(port) };
}

async function serveViewers(address: ServeAddress, flags: AgentFlags, agent: AgentHandle, version: string) {
  const server = await serveWebSocket({
    ...address,
    ...(flags.token === undefined ? {} : { token: flags.token }),
    origins: flags.origin ?? [],
  });
  const { alg, ipc, allowSet = false } = flags;
  // The name of a module says who wrote it, its folder is nobody's business.
  const feed = new LiveFeed(agent, { version, algorithm: basename(alg), ipc, canSet: allowSet });
  server.onLive((viewer) => feed.join(viewer));
  agent.events.on((event) => {
    server.show(event);
    feed.tell(event);
  });
  tell(`mooring agent: events at ${server.url}`);
  tell(`mooring agent: to watch it, mooring studio --agent '${server.url}'`);
  return {
    close() {
      feed.close();
      return server.close();
    },
  };
}

function optionsOf(flags: AgentFlags): ConnectOptions {
  const { path, userPeers, receiveBuffer, workers, blocking, debug, record, poke, programSlots, watchdog } = flags;
  const { primitives } = flags;
  const { route, cgroup, default: allFlows, netns, port, ssh, name, fallback, fallbackAfter: fallbackUs } = flags;
  const { coalesce: coalesceUs } = flags;
  const kernel = {
    route: route?.join(','),
    cgroup,
    allFlows,
    netns,
    ports: port?.join(','),
    ssh,
    name,
    fallback,
    fallbackUs,
    coalesceUs,
  };
  const buffer = receiveBuffer === undefined ? {} : { receiveBufferBytes: receiveBuffer };
  const given = {
    workers,
    blocking: workers === 0 ? undefined : blocking,
    debug,
    record,
    firstContacts: poke,
    programSlots,
    primitives: primitives === undefined ? undefined : readPrimitives(primitives),
    watchdogMs: watchdog === undefined ? undefined : watchdog / 1000,
    logs: flags.json ? process.stderr : undefined,
    socket: { ...defined({ path, ...kernel }), ...(userPeers ? { userPeers } : {}), ...buffer },
  };
  return defined(given);
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
