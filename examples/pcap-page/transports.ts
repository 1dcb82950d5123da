import { formatDuration } from 'mooring';
import type {
  MultipathAnalysis,
  MultipathConnection,
  MultipathSubflow,
  QuicAnalysis,
  QuicConnection,
} from 'mooring/capture';
import { saveText, toCsv } from './csv.js';
import { sizeText } from './figures.js';

// Multipath TCP with its subflows, and QUIC connections: tables of few rows, shown where a capture has some.

type Cell = string | number;

interface Part<Of> {
  readonly section: string;
  readonly columns: readonly string[];
  /** What a row shows, and what the export has of it. */
  readonly rows: (of: Of) => ReadonlyArray<{ readonly shown: readonly Cell[]; readonly saved: readonly Cell[] }>;
}

const size = (bytes: number | null): string => (bytes === null ? '–' : sizeText(bytes));
const duration = (us: number | null): string => (us === null ? '–' : formatDuration(us));

const MULTIPATH: Part<MultipathAnalysis> = {
  section: 'multipath',
  columns: ['#', 'flow', 'what', '→ data', '← data', '→ acked', '← acked', '→ sent twice', '← sent twice', 'addresses'],
  rows: ({ connections }) => connections.flatMap((c) => [whole(c), ...c.subflows.map((one) => subflow(c, one))]),
};

function whole(c: MultipathConnection): { shown: Cell[]; saved: Cell[] } {
  const { forward, backward } = c;
  const version = c.version === null ? '' : `version ${c.version}, `;
  const bytes = [
    forward.dataBytes,
    backward.dataBytes,
    forward.ackedBytes,
    backward.ackedBytes,
    forward.reinjectedBytes,
    backward.reinjectedBytes,
  ];
  const offered = [forward, backward].flatMap(({ addresses }) =>
    addresses.map(({ address, id }) => address ?? `id ${id}`),
  );
  const head = [c.number, '', `${version}${c.status}, ${c.subflows.length} subflows`];
  return {
    shown: [...head, ...bytes.map(size), offered.join(', ')],
    saved: [...head, ...bytes.map((value) => value ?? ''), offered.join(' ')],
  };
}

function subflow(c: MultipathConnection, one: MultipathSubflow): { shown: Cell[]; saved: Cell[] } {
  const bytes = one.reversed ? [one.backwardBytes, one.forwardBytes] : [one.forwardBytes, one.backwardBytes];
  const words = [
    one.kind,
    one.reversed ? 'by the other side' : '',
    one.backup ? 'backup' : '',
    one.authentic === false ? 'not authentic' : '',
    one.resetReason ? `reset: ${one.resetReason}` : '',
  ];
  const head = [c.number, one.connection, words.filter(Boolean).join(', ')];
  const rest = ['', '', '', '', ''];
  return {
    shown: [...head, ...bytes.map(size), ...rest],
    saved: [...head, ...bytes.map((value) => value ?? ''), ...rest],
  };
}

const QUIC: Part<QuicAnalysis> = {
  section: 'quic',
  columns: [
    ...['#', '', 'from', 'to', 'version', 'datagrams', 'bytes', 'Initial', '0-RTT', 'Handshake', 'Retry'],
    ...['Version Negotiation', '1-RTT', 'other version', 'ECT(0)', 'ECT(1)', 'CE', 'cut', 'not of it', 'paths'],
    ...['handshake RTT', 'spin bit', 'turns not counted', 'RTT min', 'RTT mean', 'RTT p95'],
  ],
  rows: ({ connections }) =>
    connections.flatMap((c) => (['forward', 'backward'] as const).map((side) => sent(c, side))),
};

function sent(c: QuicConnection, side: 'forward' | 'backward'): { shown: Cell[]; saved: Cell[] } {
  const d = c[side];
  const isForward = side === 'forward';
  const [src, dst] = [endText(c.src, c.srcPort), endText(c.dst, c.dstPort)];
  const { packets, ecn } = d;
  const head = [c.number, isForward ? '→' : '←', isForward ? src : dst, isForward ? dst : src, c.versions.join(' ')];
  const counts = [
    ...[packets.initial, packets.zeroRtt, packets.handshake, packets.retry, packets.versionNegotiation],
    ...[packets.oneRtt, packets.other, ecn.ect0, ecn.ect1, ecn.ce, d.cutDatagrams, d.otherDatagrams, c.paths],
  ];
  const times = [c.spin.rtt.minUs, c.spin.rtt.meanUs, c.spin.rtt.p95Us];
  const handshake = isForward ? c.handshakeRttUs.toServer : c.handshakeRttUs.toClient;
  const spin = [c.spin.state, c.spin.turnsRejected];
  return {
    shown: [...head, d.datagrams, sizeText(d.bytes), ...counts, duration(handshake), ...spin, ...times.map(duration)],
    saved: [...head, d.datagrams, d.bytes, ...counts, handshake ?? '', ...spin, ...times.map((us) => us ?? '')],
  };
}

function endText(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Shows what there is of the two, and hides the other. */
export function showTransports(multipath: MultipathAnalysis, quic: QuicAnalysis): void {
  show(MULTIPATH, multipath);
  show(QUIC, quic);
}

function show<Of>({ section, columns, rows }: Part<Of>, of: Of): void {
  const found = rows(of);
  document.getElementById(section)!.hidden = found.length === 0;
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const title of columns) head.append(Object.assign(document.createElement('th'), { textContent: title }));
  const body = table.createTBody();
  for (const { shown } of found) {
    const row = body.insertRow();
    for (const cell of shown) row.insertCell().textContent = String(cell);
  }
  const box = document.getElementById(`${section}-table`)!;
  box.className = 'table plain';
  box.replaceChildren(table);
  document.getElementById(`export-${section}`)!.onclick = () =>
    saveText(
      `${section}.csv`,
      toCsv(
        columns,
        found.map(({ saved }) => saved),
      ),
    );
}
