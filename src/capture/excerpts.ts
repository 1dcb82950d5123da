import type { CaptureInstance } from '../core/index.js';
import { formatAddress } from './address.js';
import type { ConnectionTable } from './connections.js';
import type { MultipathAnalysis, QuicAnalysis, TransportTally } from './transports/index.js';

/** What is found in excerpts of packets. */
export interface TransportAnalyses {
  readonly multipath: MultipathAnalysis;
  readonly quic: QuicAnalysis;
}

/** Subflows and QUIC connections kept apart at most: each takes about 2 KiB. */
const MOST = 16_384;

/** Hands excerpts on to what reads them, which is loaded with the first. */
export class Excerpts {
  readonly #most: number;
  #tally: TransportTally | undefined;

  constructor(maxConnections: number) {
    this.#most = Math.min(MOST, maxConnections);
  }

  /** Takes what the module has ready. */
  async take(wasm: CaptureInstance): Promise<void> {
    if (!wasm.excerptsBytes()) return;
    this.#tally ??= new (await import('./transports/index.js')).TransportTally(this.#most, formatAddress);
    this.#tally.take(wasm);
  }

  /** What was in them, once `connections` has all its rows. */
  async analyses(connections: ConnectionTable): Promise<TransportAnalyses> {
    const tally = this.#tally;
    if (!tally) {
      const folded = { connections: 0, packets: 0, bytes: 0 };
      return {
        multipath: { connections: [], subflowsDropped: 0 },
        quic: { connections: [], folded, unknownDatagrams: 0 },
      };
    }
    return { multipath: await tally.multipath(connections.figures()), quic: tally.quic() };
  }
}
