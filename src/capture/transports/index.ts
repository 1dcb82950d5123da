/**
 * Transports that the module does not analyse itself: connections of Multipath TCP, and QUIC as far as it is not
 * encrypted, from excerpts of packets. It is loaded when a capture has some of it, and imports nothing that those who wait
 * for it have: bundlers would make that a part of every import of the package.
 */

import type { CaptureInstance } from '../../core/index.js';
import { EXCERPT, MULTIPATH_EXCERPT_AT } from '../../generated/excerpts.js';
import { type FormatAddress, multipathExcerpt, quicExcerpt } from './excerpts.js';
import { joinSubflows, type RowFigures } from './multipath-join.js';
import { MultipathTally } from './multipath-tally.js';
import type { MultipathAnalysis } from './multipath-types.js';
import { QuicTally } from './quic-tally.js';
import type { QuicAnalysis } from './quic-types.js';

export type { RowFigures } from './multipath-join.js';
export type {
  MultipathAddress,
  MultipathAnalysis,
  MultipathConnection,
  MultipathDirection,
  MultipathOptionName,
  MultipathResetReason,
  MultipathStatus,
  MultipathSubflow,
} from './multipath-types.js';
export type { QuicAnalysis, QuicConnection, QuicDirection, QuicPacketType, SpinState } from './quic-types.js';

/** What is found in the excerpts of a capture. */
export class TransportTally {
  readonly #multipath: MultipathTally;
  readonly #quic: QuicTally;
  readonly #formatAddress: FormatAddress;

  /** Keeps up to `most` subflows and `most` QUIC connections; `formatAddress` is that of ../address.ts. */
  constructor(most: number, formatAddress: FormatAddress) {
    this.#multipath = new MultipathTally(most);
    this.#quic = new QuicTally(most);
    this.#formatAddress = formatAddress;
  }

  /** Takes the excerpts that the module has ready, and clears them. */
  take(wasm: CaptureInstance): void {
    const { buffer } = wasm.memory;
    const end = wasm.excerptsBytes();
    const base = wasm.excerptsAddress() >>> 0;
    for (let at = 0; at < end; ) {
      const head = new DataView(buffer, base + at);
      const bytes = head.getUint32(MULTIPATH_EXCERPT_AT.BYTES, true);
      if (head.getUint32(MULTIPATH_EXCERPT_AT.KIND, true) === EXCERPT.QUIC) this.#quic.take(quicExcerpt(head), head);
      else this.#multipath.take(multipathExcerpt(head), head);
      at += bytes;
    }
    wasm.clearExcerpts();
  }

  quic(): QuicAnalysis {
    return this.#quic.analysis(this.#formatAddress);
  }

  multipath(rowOf: (connection: number) => RowFigures | undefined): Promise<MultipathAnalysis> {
    return joinSubflows(this.#multipath, rowOf, this.#formatAddress);
  }
}
