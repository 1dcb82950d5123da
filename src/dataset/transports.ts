import type { MultipathAnalysis, QuicAnalysis } from '../capture/index.js';
import { addRow, emptyColumns, type TableColumns } from './columns.js';

const DIRECTIONS = ['forward', 'backward'] as const;

/** The rows of `multipath`: each connection's two directions. */
export function multipathRows(capture: string, { connections }: MultipathAnalysis): TableColumns<'multipath'> {
  const rows = emptyColumns('multipath');
  for (const c of connections)
    for (const direction of DIRECTIONS) {
      const { subflowBytes, dataBytes, reinjectedBytes, ackedBytes, finished, addresses } = c[direction];
      const offered = addresses.flatMap(({ address, port }) =>
        address === null ? [] : [port === null ? address : `${address} ${port}`],
      );
      addRow<'multipath'>(rows, {
        ...{ capture, direction, subflowBytes, dataBytes, reinjectedBytes, ackedBytes, finished },
        multipath: c.number,
        version: c.version,
        status: c.status,
        token: direction === 'forward' ? c.srcToken : c.dstToken,
        subflows: c.subflows.length,
        joined: c.subflows.filter(({ kind }) => kind === 'join').length,
        addresses: offered.join(',') || null,
      });
    }
  return rows;
}

/** The rows of `quic`: each connection's two directions. */
export function quicRows(capture: string, { connections }: QuicAnalysis): TableColumns<'quic'> {
  const rows = emptyColumns('quic');
  for (const c of connections)
    for (const direction of DIRECTIONS) {
      const d = c[direction];
      const isForward = direction === 'forward';
      const { rtt, state } = c.spin;
      addRow<'quic'>(rows, {
        capture,
        quic: c.number,
        direction,
        src: isForward ? c.src : c.dst,
        srcPort: isForward ? c.srcPort : c.dstPort,
        dst: isForward ? c.dst : c.src,
        dstPort: isForward ? c.dstPort : c.srcPort,
        startUs: c.startUs,
        endUs: c.endUs,
        complete: c.complete,
        versions: c.versions.join(',') || null,
        paths: c.paths,
        datagrams: d.datagrams,
        bytes: d.bytes,
        payloadBytes: d.payloadBytes,
        initialPackets: d.packets.initial,
        zeroRttPackets: d.packets.zeroRtt,
        handshakePackets: d.packets.handshake,
        retryPackets: d.packets.retry,
        versionNegotiationPackets: d.packets.versionNegotiation,
        oneRttPackets: d.packets.oneRtt,
        otherPackets: d.packets.other,
        cutDatagrams: d.cutDatagrams,
        otherDatagrams: d.otherDatagrams,
        notEctDatagrams: d.ecn.notEct,
        ect0Datagrams: d.ecn.ect0,
        ect1Datagrams: d.ecn.ect1,
        ceDatagrams: d.ecn.ce,
        handshakeRttUs: isForward ? c.handshakeRttUs.toServer : c.handshakeRttUs.toClient,
        spin: state === 'unknown' ? null : state,
        spinRttSamples: rtt.samples,
        spinRttMinUs: rtt.minUs,
        spinRttMeanUs: rtt.meanUs,
        spinRttMaxUs: rtt.maxUs,
        spinRttP50Us: rtt.p50Us,
        spinRttP95Us: rtt.p95Us,
      });
    }
  return rows;
}
