import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHelper } from '../../src/node/helper/index.js';
import { whyNoKernelFlows } from '../../src/node/path/index.js';
import { until } from '../until.js';

// Two namespaces and a cable between them, which a run makes and removes, and the helper's verb `bpf` in one of them.

/** Why flows of this kernel cannot be controlled here, in one line; undefined where they can. */
export const whyNoFlows = (more: Readonly<Record<string, string>> = {}): string | undefined =>
  whyNoKernelFlows({ nft: 'nftables', ...more });

let serial = 0;

/** One end sends, the other takes; addresses of both versions. */
export class Network {
  readonly #name: string;
  readonly folder = mkdtempSync(join(tmpdir(), 'mooring-bpf-'));
  readonly #children: ChildProcess[] = [];
  /** Of the congestion control: at most 15 letters, and no other run's. */
  readonly control: string;
  readonly prefix = '10.77.1.0/24';
  readonly prefix6 = 'fd77:1::/64';
  readonly far = '10.77.1.2';
  readonly far6 = 'fd77:1::2';

  constructor({ qdisc = 'tbf rate 50mbit burst 10000 limit 60000' }: { readonly qdisc?: string } = {}) {
    serial += 1;
    this.#name = `mbpf${process.pid}_${serial}`;
    this.control = `mrg${process.pid}_${serial}`;
    try {
      this.#make(qdisc);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #make(qdisc: string): void {
    for (const end of [this.near, this.other]) ip(`netns add ${end}`);
    ip(`link add near0 netns ${this.near} type veth peer name far0 netns ${this.other}`);
    const ends = [
      [this.near, 'near0', 1],
      [this.other, 'far0', 2],
    ] as const;
    for (const [space, device, host] of ends) {
      ip(`-n ${space} addr add 10.77.1.${host}/24 dev ${device}`);
      ip(`-n ${space} addr add fd77:1::${host}/64 dev ${device} nodad`);
      ip(`-n ${space} link set lo up`);
      ip(`-n ${space} link set ${device} up`);
    }
    ip(`netns exec ${this.near} tc qdisc add dev near0 root ${qdisc}`);
  }

  get near(): string {
    return `${this.#name}a`;
  }

  get other(): string {
    return `${this.#name}b`;
  }

  /** Those of both versions; a cable may say for a second that it is not plugged in yet. */
  routes(): string {
    return `${this.in('ip', 'route')}${this.in('ip', '-6', 'route')}`.replaceAll(' linkdown', '');
  }

  /** What a command says in the namespace of the sender. */
  in(...words: string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.near, ...words], { encoding: 'utf8' });
  }

  /** The helper's verb, once it says that it is ready or has ended. */
  async helper(words: readonly string[]): Promise<Helper> {
    const all = ['bpf', '--netns', this.near, '--name', this.control, '--bind', join(this.folder, 'kernel')];
    const child = spawn(findHelper().program!, [...all, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    const helper = new Helper(child);
    await until('the helper is ready', () => helper.said.startsWith('ready') || helper.ended);
    return helper;
  }

  /** Sends for so many seconds, or bytes, to a server that takes one flow; what iperf3 says of it at the end. */
  async send(options: {
    seconds?: number;
    bytes?: number;
    address?: string;
    words?: readonly string[];
    group?: string;
  }): Promise<Sent> {
    const server = spawn('ip', ['netns', 'exec', this.other, 'iperf3', '-s', '-1', '--forceflush'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#children.push(server);
    await new Promise((resolve) => server.stdout.once('data', resolve));
    const amount = options.bytes === undefined ? ['-t', String(options.seconds ?? 1)] : ['-n', String(options.bytes)];
    const words = ['netns', 'exec', this.near, 'iperf3', '-J', '-c', options.address ?? this.far, ...amount];
    // Into the control group before it is what it is to be.
    const enter = options.group === undefined ? ':' : `echo $$ >'${options.group}/cgroup.procs'`;
    const client = spawn('sh', ['-c', `${enter}; exec ip "$@"`, 'sh', ...words, ...(options.words ?? [])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#children.push(client);
    let text = '';
    client.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    await new Promise((resolve) => client.once('close', resolve));
    const { end, error } = JSON.parse(text);
    if (error !== undefined) throw new Error(`iperf3: ${error}`);
    const { sender, receiver } = end.streams[0];
    return { bytes: receiver.bytes, bitsPerSecond: receiver.bits_per_second, meanRttUs: sender.mean_rtt };
  }

  /** Both ends speak ECN, and every `nth` packet of a sender that does arrives marked. */
  mark(nth: number): void {
    for (const end of [this.near, this.other]) ip(`netns exec ${end} sysctl -qw net.ipv4.tcp_ecn=1`);
    const rule = `ip ecn ect0 numgen inc mod ${nth} == 0 ip ecn set ce counter`;
    const table = `{ chain arriving { type filter hook prerouting priority -300; ${rule}; }; }`;
    execFileSync('ip', ['netns', 'exec', this.other, 'nft', 'add', 'table', 'ip', 'marks', table]);
  }

  /** Packets that arrived marked by {@link mark}. */
  marked(): number {
    const said = execFileSync('ip', ['netns', 'exec', this.other, 'nft', 'list', 'ruleset'], { encoding: 'utf8' });
    return Number(/counter packets (\d+)/.exec(said)?.[1] ?? 0);
  }

  /** How the kernel sees the flow that sends: `ss -ti` in one line. */
  flow(): string {
    const lines = this.in('ss', '-Htin', 'dport', '=', ':5201').split('\n');
    const text = lines.map((line) => line.trim()).filter((line) => line.includes('cwnd:'));
    return text.sort((a, b) => bytesSent(b) - bytesSent(a))[0] ?? '';
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const end of [this.near, this.other]) {
      spawnSync('sh', ['-c', `for pid in $(ip netns pids ${end}); do kill -9 $pid; done; ip netns del ${end}`]);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Sent {
  readonly bytes: number;
  readonly bitsPerSecond: number;
  readonly meanRttUs: number;
}

export class Helper {
  said = '';
  ended = false;
  code: number | null = null;

  constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.said += text;
      });
    }
    child.once('close', (code) => {
      this.ended = true;
      this.code = code;
    });
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.child.kill(signal);
    await until('the helper has ended', () => this.ended);
  }
}

/** The names of congestion controls that programs registered, and of this kernel. */
export function registered(): string {
  return readFileSync('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8');
}

function bytesSent(line: string): number {
  return Number(/bytes_sent:(\d+)/.exec(line)?.[1] ?? 0);
}

function ip(words: string): void {
  execFileSync('ip', words.split(' '));
}
