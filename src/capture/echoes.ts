import type { CaptureInstance } from '../core/index.js';
import { ECHO_COLUMN as column, ECHO_COLUMNS } from '../generated/capture.js';
import { formatWords } from './address.js';
import type { EchoRtt, EchoSummary } from './types.js';

const ROW = ECHO_COLUMNS.length;

/** The echoes of a run, one entry for each pair of hosts, in order of their first packets. */
export function readEchoes(wasm: CaptureInstance): EchoSummary[] {
  const bytes = wasm.writeEchoRows(0);
  if (bytes === 0) return [];
  const at = wasm.inputReserve(bytes) >>> 0;
  wasm.writeEchoRows(at);
  const rows = new Float64Array(wasm.memory.buffer.slice(at, at + bytes));
  const pairs = new Map<string, Float64Array[]>();
  for (let i = 0; i < rows.length; i += ROW) {
    const row = rows.subarray(i, i + ROW);
    const key = row.subarray(0, column.ident).join();
    const known = pairs.get(key);
    if (known) known.push(row);
    else pairs.set(key, [row]);
  }
  return [...pairs.values()].map(toEcho);
}

function toEcho(rows: readonly Float64Array[]): EchoSummary {
  const first = rows[0]!;
  const family = first[column.family]! as 4 | 6;
  const sum = (name: keyof typeof column): number => rows.reduce((total, row) => total + row[column[name]]!, 0);
  const sessions = rows.map((row) => toSession(row));
  const answered = sessions.filter((session) => session.replies > 0);
  return {
    src: formatWords(family, first, column.src0),
    dst: formatWords(family, first, column.dst0),
    family,
    requests: sum('requests'),
    replies: sum('replies'),
    lost: sum('requests') - sum('replies'),
    duplicateRequests: sum('duplicateRequests'),
    duplicateReplies: sum('duplicateReplies'),
    unmatchedReplies: sum('unmatchedReplies'),
    firstUs: Math.min(...rows.map((row) => row[column.firstUs]!)),
    lastUs: Math.max(...rows.map((row) => row[column.lastUs]!)),
    rttUs: {
      min: answered.length ? Math.min(...answered.map(({ rttUs }) => rttUs.min)) : 0,
      mean: answered.reduce((all, { rttUs, replies }) => all + rttUs.mean * replies, 0) / Math.max(1, sum('replies')),
      max: answered.length ? Math.max(...answered.map(({ rttUs }) => rttUs.max)) : 0,
    },
    sessions,
  };
}

function toSession(row: Float64Array): EchoSummary['sessions'][number] {
  const get = (name: keyof typeof column): number => row[column[name]]!;
  const captured: EchoRtt = {
    min: get('rttMinUs'),
    mean: get('rttMeanUs'),
    max: get('rttMaxUs'),
    p50: get('rttP50Us'),
    p95: get('rttP95Us'),
  };
  const stamped: EchoRtt = {
    min: get('stampedMinUs'),
    mean: get('stampedMeanUs'),
    max: get('stampedMaxUs'),
    p50: get('stampedP50Us'),
    p95: get('stampedP95Us'),
  };
  const capturedAtSender = get('atSender') === 1;
  return {
    ident: get('ident'),
    requests: get('requests'),
    replies: get('replies'),
    capturedAtSender,
    rttUs: capturedAtSender ? stamped : captured,
    captureRttUs: captured,
  };
}
