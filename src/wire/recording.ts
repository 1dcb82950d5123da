// A recording of an agent as text: a line that names the format, then a JSON line for each message, with its time in µs since
// 1970, its direction (`in`: to the agent), the datapath and the bytes in hex.

/** One message of a recording. */
export interface RecordedMessage {
  /** Microseconds since 1970. */
  readonly timeUs: number;
  /** `in`: from a datapath to the agent. */
  readonly direction: 'in' | 'out';
  /** The datapath's address. */
  readonly address: string;
  readonly bytes: Uint8Array;
}

/** The first line, as JSON. */
export const RECORDING_HEADER = { mooring: 'agent-traffic', version: 1 } as const;

const LINE_BEGINS = '{"us":';

/** What a recording's text says, or why it is none: in words that follow its name, and the line where it is one. */
export type ParsedRecording =
  | { readonly ok: true; readonly messages: readonly RecordedMessage[] }
  | { readonly ok: false; readonly why: string; readonly line: number };

/**
 * The messages of a recording in the order of their times. A line that was cut (the agent was killed, the disk was full) is
 * left out, also where another thread's line goes on behind it.
 */
export function parseRecording(text: string): ParsedRecording {
  const lines = text.split('\n');
  const header = parse(lines[0] ?? '') as { readonly mooring?: unknown; readonly version?: unknown } | undefined | null;
  if (header?.mooring !== RECORDING_HEADER.mooring)
    return { ok: false, why: 'is no recording of `mooring agent --record`', line: 1 };
  if (header.version !== RECORDING_HEADER.version)
    return { ok: false, why: `has version ${header.version}; this reads version 1`, line: 1 };
  const messages: RecordedMessage[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue;
    const message = readMessage(parse(line)) ?? readBehindCut(line);
    if (message) messages.push(message);
    else if (line.startsWith(LINE_BEGINS) && parse(line) === undefined) continue;
    else if (index < lines.length - 1) return { ok: false, why: `line ${index + 1} is no message`, line: index + 1 };
  }
  // Threads append a batch at a time.
  return { ok: true, messages: messages.sort((a, b) => a.timeUs - b.timeUs) };
}

/** The message of a line that a cut one stands before. */
function readBehindCut(line: string): RecordedMessage | undefined {
  const at = line.lastIndexOf(LINE_BEGINS);
  return at > 0 ? readMessage(parse(line.slice(at))) : undefined;
}

function readMessage(value: unknown): RecordedMessage | undefined {
  const { us, dir, peer, hex } = (value ?? {}) as Record<string, unknown>;
  if (typeof us !== 'number' || !(us >= 0) || (dir !== 'in' && dir !== 'out')) return undefined;
  if (typeof peer !== 'string' || typeof hex !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(hex)) return undefined;
  return { timeUs: us, direction: dir, address: peer, bytes: bytesOf(hex) };
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
