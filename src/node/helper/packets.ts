import { ERROR, MooringError } from '../../base/index.js';

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
    ...words({
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
  const { event, text, number } = fields(line);
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

/** What `mooring-helper delay` is to do. */
export interface DelayOptions {
  a: string;
  b: string;
  /** Names in /run/netns, or paths; by default the name space the helper runs in. */
  aNetns?: string;
  bNetns?: string;
  /** One way, in µs; `backDelayUs` is the way from b to a where it differs. */
  delayUs: number;
  backDelayUs?: number;
  /** Room for waiting frames, each way; default 64 MiB. */
  queueBytes?: number;
  user?: string;
  withParent?: boolean;
}

/** A line of `mooring-helper delay` on stdout. */
export type DelayLine =
  | { event: 'ready' }
  | {
      event: 'counters' | 'end';
      direction: string;
      received: number;
      sent: number;
      /** No room in the queue or at the far interface. */
      dropped: number;
      /** Frames the far interface cannot carry. */
      refused: number;
      waiting: number;
    };

/** The helper's words for a delay between two interfaces. */
export function delayArguments(options: DelayOptions): string[] {
  return [
    'delay',
    ...words({
      a: options.a,
      b: options.b,
      'a-netns': options.aNetns,
      'b-netns': options.bNetns,
      delay: options.delayUs,
      'back-delay': options.backDelayUs,
      queue: options.queueBytes,
      user: options.user,
      'with-parent': options.withParent,
    }),
  ];
}

/** Reads one line of the delay's stdout. Throws MOORING_ERR_HELPER_PROTOCOL for any other. */
export function parseDelayLine(line: string): DelayLine {
  const { event, text, number } = fields(line);
  if (event === 'ready') return { event };
  if (event !== 'counters' && event !== 'end') throw notOurs(line);
  const [received, sent, dropped, refused] = [number('received'), number('sent'), number('dropped'), number('refused')];
  return { event, direction: text('direction'), received, sent, dropped, refused, waiting: number('waiting') };
}

function words(options: Record<string, string | number | boolean | undefined>): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, String(value)];
  });
}

// "event key=value …"; the last value goes on to the end of the line, as names may hold spaces.
function fields(line: string) {
  const [event = ''] = line.split(' ', 1);
  const values = new Map<string, string>();
  for (let rest = line.slice(event.length); rest !== ''; ) {
    const match = /^ (\w+)=((?:(?! \w+=).)*)/.exec(rest);
    if (!match) throw notOurs(line);
    values.set(match[1]!, match[2]!);
    rest = rest.slice(match[0].length);
    if (match[1] === 'name') {
      values.set('name', match[2]! + rest);
      rest = '';
    }
  }
  const text = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw notOurs(line);
    return value;
  };
  function number(name: string): number;
  function number(name: string, exact: true): string;
  function number(name: string, exact?: true): number | string {
    const value = text(name);
    if (!/^\d+$/.test(value)) throw notOurs(line);
    return exact ? value : Number(value);
  }
  return { event, text, number };
}

function notOurs(line: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_HELPER_PROTOCOL, `the helper said "${line.slice(0, 200)}"`, { line });
}
