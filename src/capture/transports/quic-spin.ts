import type { QuicConnection, SpinState } from './quic-types.js';
import { NO_SAMPLES, RttSamples } from './samples.js';

// The spin bit (RFC 9000 17.4, RFC 9312 3.8.2): the server sends the value it got last, the client the other one, so that it
// turns once a round trip in each direction.
//
//   client  0 0 0 1 1 1 0 0 0      from turn to turn: a round trip
//   server    0 0 0 1 1 1 0 0      from a turn of the client's to the server's same one: capture → server → capture

interface Side {
  value: number;
  packets: number;
  /** The value was another than the packet's before, rejected turns with it. */
  changes: number;
  turns: number;
  turnUs: number;
  /** Turns between which the other side had none: with both sides in the capture there is always one. */
  lonely: number;
  otherTurned: boolean;
  previous: number;
}

/** A turn within this share of a round trip of the one before is of a packet that was overtaken. */
const REJECTED_SHARE = 1 / 8;
/** Weight of a sample in the mean that goes along: RFC 6298 2.3 has it for SRTT. */
const WEIGHT = 1 / 8;
/** More lonely turns than this share, and the bit is set at random. */
const LONELY_SHARE = 0.25;
/** With one side in the capture: a bit that is set at random changes with every second packet. */
const RANDOM_PACKETS = 32;
const RANDOM_SHARES = [0.35, 0.65] as const;

/** Round trips of one connection by the turns of its spin bit. */
export class SpinObserver {
  readonly #sides: readonly [Side, Side] = [newSide(), newSide()];
  readonly #rtt = new RttSamples();
  readonly #toServer = new RttSamples();
  readonly #toClient = new RttSamples();
  #smoothedUs = Number.NaN;
  #rejected = 0;

  /** A packet with a short header: `direction` 0 is the client's. Without a time it only counts. */
  observe(direction: 0 | 1, value: number, timeUs: number, handshakeRttUs: number | null): void {
    const side = this.#sides[direction];
    side.packets += 1;
    if (side.previous >= 0 && value !== side.previous) side.changes += 1;
    side.previous = value;
    if (side.value < 0) side.value = value;
    if (value === side.value) return;
    const sinceUs = timeUs - side.turnUs;
    const roundUs = Number.isNaN(this.#smoothedUs) ? (handshakeRttUs ?? 0) : this.#smoothedUs;
    if (sinceUs >= 0 && sinceUs < roundUs * REJECTED_SHARE) {
      this.#rejected += 1;
      return;
    }
    this.#turn(direction, side, value, timeUs, sinceUs);
  }

  #turn(direction: 0 | 1, side: Side, value: number, timeUs: number, sinceUs: number): void {
    const other = this.#sides[direction === 0 ? 1 : 0];
    if (side.turns > 0 && other.packets > 0 && !side.otherTurned) side.lonely += 1;
    side.value = value;
    side.turns += 1;
    side.turnUs = timeUs;
    side.otherTurned = false;
    other.otherTurned = true;
    if (sinceUs > 0) {
      this.#rtt.add(sinceUs);
      this.#smoothedUs = Number.isNaN(this.#smoothedUs)
        ? sinceUs
        : this.#smoothedUs + (sinceUs - this.#smoothedUs) * WEIGHT;
    }
    // The server repeats the client's value, the client turns the server's.
    const answers = direction === 1 ? other.value === value : other.value === 1 - value;
    const loopUs = timeUs - other.turnUs;
    if (answers && loopUs >= 0) (direction === 1 ? this.#toServer : this.#toClient).add(loopUs);
  }

  summary(): QuicConnection['spin'] {
    const state = this.#state();
    const told = state === 'spinning';
    return {
      state,
      rtt: told ? this.#rtt.summary() : NO_SAMPLES,
      toServer: told ? this.#toServer.summary() : NO_SAMPLES,
      toClient: told ? this.#toClient.summary() : NO_SAMPLES,
      turnsRejected: this.#rejected,
    };
  }

  #state(): SpinState {
    const sum = (of: (side: Side) => number): number => this.#sides.reduce((all, side) => all + of(side), 0);
    if (this.#sides.every(({ packets }) => packets < 2)) return 'unknown';
    const turns = sum((side) => side.turns);
    if (turns === 0) return 'still';
    if (this.#rejected > turns) return 'irregular';
    if (this.#sides.every(({ packets }) => packets > 1)) {
      if (this.#sides.some((side) => side.turns === 0) && turns > 2) return 'irregular';
      return sum((side) => side.lonely) > turns * LONELY_SHARE ? 'irregular' : 'spinning';
    }
    const packets = sum((side) => side.packets);
    const share = sum((side) => side.changes) / packets;
    const isRandom = packets >= RANDOM_PACKETS && share > RANDOM_SHARES[0] && share < RANDOM_SHARES[1];
    return isRandom ? 'irregular' : 'spinning';
  }
}

function newSide(): Side {
  return {
    value: -1,
    packets: 0,
    changes: 0,
    turns: 0,
    turnUs: Number.NaN,
    lonely: 0,
    otherTurned: false,
    previous: -1,
  };
}
