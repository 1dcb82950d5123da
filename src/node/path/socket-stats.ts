import { run } from '../process/index.js';

/** What the kernel tells of one TCP socket (`ss -ti`); what it does not tell of a socket is undefined. */
export interface SocketStats {
  readonly local: string;
  readonly remote: string;
  readonly congestionControl: string;
  readonly cwndPackets: number;
  readonly mssBytes: number;
  readonly srttUs: number | undefined;
  readonly bytesAcked: number;
  /** Segments sent again so far. */
  readonly retransmits: number;
  readonly pacingBytesPerSecond: number | undefined;
}

/**
 * The TCP sockets of a namespace to that port, those with the most acknowledged data first. Takes root; throws
 * MOORING_ERR_TESTBED_COMMAND.
 *
 * @example
 * ```ts fragment
 * for (const { remote, cwndPackets } of await socketStats('my-namespace', 443)) console.log(remote, cwndPackets);
 * ```
 */
export async function socketStats(namespace: string, port: number): Promise<SocketStats[]> {
  return parseSocketStats(await run(['ip', 'netns', 'exec', namespace, 'ss', '-HtinO', 'dport', '=', `:${port}`]));
}

/** Reads what `ss -HtinO` prints: a line a socket. Lines of other shapes are passed over. */
export function parseSocketStats(text: string): SocketStats[] {
  const found: SocketStats[] = [];
  for (const line of text.split('\n')) {
    const [, local, remote, told] = /^\S+\s+\d+\s+\d+\s+(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (local === undefined || remote === undefined || told === undefined) continue;
    const number = (pattern: RegExp): number | undefined => {
      const text = pattern.exec(told)?.[1];
      return text === undefined ? undefined : Number(text);
    };
    const cwndPackets = number(/ cwnd:(\d+)/);
    const mssBytes = number(/ mss:(\d+)/);
    if (cwndPackets === undefined || mssBytes === undefined) continue;
    const srttMs = number(/ rtt:([\d.]+)/);
    const pacingBitsPerSecond = number(/ pacing_rate (\d+)bps/);
    found.push({
      local,
      remote,
      // Flags such as `ts sack` stand before it, all of them without a colon.
      congestionControl: controlOf(told),
      cwndPackets,
      mssBytes,
      srttUs: srttMs === undefined ? undefined : srttMs * 1000,
      bytesAcked: number(/ bytes_acked:(\d+)/) ?? 0,
      retransmits: number(/ retrans:\d+\/(\d+)/) ?? 0,
      pacingBytesPerSecond: pacingBitsPerSecond === undefined ? undefined : pacingBitsPerSecond / 8,
    });
  }
  return found.sort((a, b) => b.bytesAcked - a.bytesAcked);
}

/** The word before `wscale:`, or the last before the first word with a colon. */
function controlOf(told: string): string {
  const words = told.split(/\s+/);
  const first = words.findIndex((word) => word.includes(':'));
  return words[first - 1] ?? 'unknown';
}
