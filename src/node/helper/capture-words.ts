import { lineFields, notOurs, optionWords } from './verb-words.js';

/** What `mooring-helper capture` is to do; run the words of {@link captureArguments} with rights to capture. */
export interface CaptureOptions {
  /** The interface's name, in the name space the helper runs in. */
  interface: string;
  /** The pcap file; with `rotateS`, `a.pcap` becomes `a-00000.pcap`, `a-00001.pcap`, … */
  file: string;
  /** Bytes kept of a frame; all by default. */
  snapBytes?: number;
  /** A file holding a classic filter as `tcpdump -ddd` prints it; `-` reads stdin. */
  filterFile?: string;
  /** Only frames that come in, as `tcpdump -Q in`. */
  incoming?: boolean;
  /** Size of the receive ring in MiB, default 32. */
  ringMib?: number;
  rotateS?: number;
  maxSeconds?: number;
  maxPackets?: number;
  nanoseconds?: boolean;
  /** Write as this user (root only). */
  user?: string;
  /** End when the parent dies; by default a capture goes on. */
  withParent?: boolean;
}

/** A line of `mooring-helper capture` on stdout. Times are ns since 1970; counters are exact. */
export type CaptureLine =
  | { event: 'ready'; interface: string; linkType: number; snapBytes: number; ringBytes: number }
  | { event: 'file'; name: string; packets: number; bytes: number; size: number; firstNs: bigint; lastNs: bigint }
  | ({ event: 'counters' | 'end' } & CaptureTotals);

/**
 * Where every frame went: `ringReceived` = `packets` + `ringDropped` once the capture has ended
 * (short of a full disk), and `nicReceived` − `ringReceived` is what the filter did not want.
 */
export interface CaptureTotals {
  packets: number;
  bytes: number;
  ringReceived: number;
  ringDropped: number;
  nicReceived: number;
  nicDropped: number;
  /** Why it ended: `signal`, `time`, `packets`, `interface` (went away), `disk` (full), `error`. */
  reason: string;
}

/** The helper's words for a capture. */
export function captureArguments(options: CaptureOptions): string[] {
  return [
    'capture',
    ...optionWords({
      interface: options.interface,
      write: options.file,
      snap: options.snapBytes,
      filter: options.filterFile,
      ring: options.ringMib,
      rotate: options.rotateS,
      'max-seconds': options.maxSeconds,
      'max-packets': options.maxPackets,
      user: options.user,
      incoming: options.incoming,
      nanoseconds: options.nanoseconds,
      'with-parent': options.withParent,
    }),
  ];
}

/** Reads one line of the capture's stdout. Throws MOORING_ERR_HELPER_PROTOCOL for any other. */
export function parseCaptureLine(line: string): CaptureLine {
  const { event, text, number } = lineFields(line);
  if (event === 'ready') {
    return {
      event,
      interface: text('interface'),
      linkType: number('link'),
      snapBytes: number('snap'),
      ringBytes: number('ring'),
    };
  }
  if (event === 'file') {
    const [firstNs, lastNs] = [BigInt(number('first_ns', true)), BigInt(number('last_ns', true))];
    const [packets, bytes, size] = [number('packets'), number('bytes'), number('size')];
    return { event, name: text('name'), packets, bytes, size, firstNs, lastNs };
  }
  if (event !== 'counters' && event !== 'end') throw notOurs(line);
  return {
    event,
    packets: number('packets'),
    bytes: number('bytes'),
    ringReceived: number('ring_received'),
    ringDropped: number('ring_dropped'),
    nicReceived: number('nic_received'),
    nicDropped: number('nic_dropped'),
    reason: text('reason'),
  };
}
