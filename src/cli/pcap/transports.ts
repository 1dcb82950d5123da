import { formatDuration, formatSize } from '../../base/index.js';
import type {
  MultipathAnalysis,
  MultipathConnection,
  MultipathDirection,
  MultipathSubflow,
  QuicAnalysis,
  QuicConnection,
  QuicDirection,
} from '../../capture/index.js';
import { shown as cell, NOTHING, table } from '../table.js';

// Multipath TCP and QUIC under the table of TCP connections.

const MULTIPATH_HEAD = ['MPTCP', 'flow', 'what', '→ data', '← data', '→ acked', '← acked', '→ twice', '← twice'];

/** A line for each connection and one for each of its subflows, and the counters besides. */
export function multipathText({ connections, subflowsDropped }: MultipathAnalysis, most: number): string {
  const lines = connections.slice(0, most).flatMap(multipathLines);
  const rest = connections.length - most;
  return [
    table(MULTIPATH_HEAD, lines, 3),
    ...(rest > 0 ? [`… ${rest} more connections of Multipath TCP: --top N shows more, --json all of them\n`] : []),
    ...(subflowsDropped > 0 ? [`${subflowsDropped} more subflows were joined with nothing\n`] : []),
  ].join('\n');
}

function multipathLines(c: MultipathConnection): string[][] {
  const size = (bytes: number | null): string => cell(bytes, formatSize);
  const { forward, backward } = c;
  return [
    [
      String(c.number),
      c.subflows.length === 1 ? '1 subflow' : `${c.subflows.length} subflows`,
      [c.version === null ? '' : `version ${c.version}`, c.status].filter(Boolean).join(', '),
      size(forward.dataBytes),
      size(backward.dataBytes),
      size(forward.ackedBytes),
      size(backward.ackedBytes),
      size(forward.reinjectedBytes),
      size(backward.reinjectedBytes),
    ],
    ...c.subflows.map((subflow) => {
      const [there, back] = subflow.reversed
        ? [subflow.backwardBytes, subflow.forwardBytes]
        : [subflow.forwardBytes, subflow.backwardBytes];
      return ['', `flow ${subflow.connection}`, subflowWords(subflow), size(there), size(back), '', '', '', ''];
    }),
    ...[['→', forward] as const, ['←', backward] as const].flatMap(([arrow, direction]) => {
      const words = directionWords(direction);
      return words ? [['', arrow, words]] : [];
    }),
  ];
}

function subflowWords({ kind, reversed, backup, authentic, resetReason }: MultipathSubflow): string {
  return [
    kind,
    ...(reversed ? ['by the other side'] : []),
    ...(backup ? ['backup'] : []),
    ...(authentic === false ? ['not authentic'] : []),
    ...(resetReason ? [`reset: ${resetReason}`] : []),
  ].join(', ');
}

// What of a direction the columns do not say.
function directionWords({ addresses, options }: MultipathDirection): string {
  const offered = addresses.map(({ id, address, port, removed }) => {
    const place = [address ?? '', port === null ? '' : `port ${port}`].filter(Boolean).join(' ');
    return `${removed ? 'took back' : 'offers'} ${place || 'address'} (${id})`;
  });
  const counted = (['mpPrio', 'mpFail', 'mpFastclose', 'mpTcprst', 'other', 'malformed'] as const)
    .filter((name) => options[name] > 0)
    .map((name) => `${options[name]} ${OPTION_WORDS[name]}`);
  return [...offered, ...counted].join(', ');
}

const OPTION_WORDS = {
  mpPrio: 'MP_PRIO',
  mpFail: 'MP_FAIL',
  mpFastclose: 'MP_FASTCLOSE',
  mpTcprst: 'MP_TCPRST',
  other: 'of another subtype',
  malformed: 'malformed',
} as const;

const QUIC_HEAD = [
  'QUIC',
  '',
  'from → to',
  'packets',
  'ECN',
  'counted besides',
  'datagrams',
  'bytes',
  'RTT min',
  'mean',
  'p95',
];

/** Two lines for each connection: what the client sent, and what the server did. */
export function quicText({ connections, folded, unknownDatagrams }: QuicAnalysis, most: number): string {
  const bytesOf = ({ forward, backward }: QuicConnection): number => forward.bytes + backward.bytes;
  const busiest = [...connections].sort((a, b) => bytesOf(b) - bytesOf(a));
  const rest = busiest.length - most;
  return [
    ...(connections.length ? [table(QUIC_HEAD, busiest.slice(0, most).flatMap(quicLines), 6)] : []),
    ...(rest > 0 ? [`… ${rest} more QUIC connections: --top N shows more, --json all of them\n`] : []),
    ...(folded.connections
      ? [`${folded.connections} smaller QUIC connections (${folded.packets} datagrams) not listed\n`]
      : []),
    ...(unknownDatagrams ? [`${unknownDatagrams} datagrams of no QUIC connection that begins in the capture\n`] : []),
  ].join('\n');
}

function quicLines(c: QuicConnection): string[][] {
  const { rtt } = c.spin;
  const us = (value: number | null): string => cell(value, formatDuration);
  const ends = `${endText(c.src, c.srcPort)} → ${endText(c.dst, c.dstPort)}`;
  return [
    [String(c.number), '→', ends, ...sent(c.forward, connectionWords(c)), us(rtt.minUs), us(rtt.meanUs), us(rtt.p95Us)],
    ['', '←', c.versions.join(', ') || 'no version seen', ...sent(c.backward, []), '', '', ''],
  ];
}

function connectionWords({ complete, paths, handshakeRttUs: { toServer, toClient }, spin }: QuicConnection): string[] {
  const loops = [toServer, toClient].map((loop) => cell(loop, formatDuration));
  return [
    ...(complete ? [] : ['begun before']),
    ...(paths > 1 ? [`${paths} paths`] : []),
    ...(toServer !== null || toClient !== null ? [`handshake ${loops.join(' + ')}`] : []),
    ...(spin.state === 'unknown' ? [] : [`spin bit ${spin.state}`]),
    ...(spin.turnsRejected ? [`${spin.turnsRejected} turns not counted`] : []),
  ];
}

const PACKET_WORDS = {
  initial: 'Initial',
  zeroRtt: '0-RTT',
  handshake: 'Handshake',
  retry: 'Retry',
  versionNegotiation: 'Version Negotiation',
  oneRtt: '1-RTT',
  other: 'of that version',
} as const;

function sent(d: QuicDirection, words: readonly string[]): string[] {
  const packets = (Object.keys(PACKET_WORDS) as Array<keyof typeof PACKET_WORDS>)
    .filter((name) => d.packets[name] > 0)
    .map((name) => `${d.packets[name]} ${PACKET_WORDS[name]}`);
  const { ect0, ect1, ce } = d.ecn;
  const marks = [...(ect0 ? [`${ect0} ECT(0)`] : []), ...(ect1 ? [`${ect1} ECT(1)`] : []), ...(ce ? [`${ce} CE`] : [])];
  const besides = [
    ...words,
    ...(d.cutDatagrams ? [`${d.cutDatagrams} cut`] : []),
    ...(d.otherDatagrams ? [`${d.otherDatagrams} no packets of it`] : []),
  ];
  return [
    packets.join(', ') || NOTHING,
    marks.join(', ') || NOTHING,
    besides.join(', ') || NOTHING,
    String(d.datagrams),
    formatSize(d.bytes),
  ];
}

function endText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
