// Packets as they pass a point of the network, for captures: records in a buffer that the host empties now and then.
// Points are 0 the senders' hosts, 1 the receivers', from 2 on the ends of links.
//
//   | time i64, ns | flow u32 | seq u32 | ceCount u32 | 3 SACK blocks of 2 u32 | segments u32 | size u16 | short u16 | group u16 | flags u8 | point u8 |
//
// `segments` of a flow that ends, 0 of others, and by how much its last is shorter.
//
// Beside packets, what senders decide (point TAP_STATE), in records of the same size: how a sender stands once an
// acknowledgement or a timer has been dealt with, RTTs 0 before the first sample, `latest` 0 where this one gave none;
// and each segment it takes for lost (TAP_LOSS), by a timeout or by what was acknowledged.
//
//   | time i64, ns | flow u32 | in flight u32, segments | cwnd f64 | ssthresh f64 | pacing rate f64 | srtt, min, latest RTT f32, µs | group u16 | recovery u8 | point u8 |
//   | time i64, ns | flow u32 | seq u32 | 28 bytes of 0 … | group u16 | by timeout u8 | point u8 |
import { Bytes, createBytes } from '../../memory/index';
import { now } from './events';
import { Flow, inFlight } from './flow';
import { Packet } from './packet';

export const TAP_SENDER: u8 = 0;
export const TAP_RECEIVER: u8 = 1;
export const TAP_LINKS: u8 = 2;
export const TAP_STATE: u8 = 254;
const TAP_LOSS: u8 = 255;
const RECORD: u32 = 56;

export let tapsSender: bool = false;
export let tapsReceiver: bool = false;
export let tapsState: bool = false;
let records: Bytes = changetype<Bytes>(0);

/** From now on packets at the hosts are recorded, or with TAP_LINKS, which links ask for themselves, nothing yet. */
export function tap(point: u8): void {
  if (!changetype<usize>(records)) records = createBytes();
  if (point == TAP_SENDER) tapsSender = true;
  if (point == TAP_RECEIVER) tapsReceiver = true;
  if (point == TAP_STATE) tapsState = true;
}

export function recordPacket(packet: Packet, point: u8, time: i64): void {
  const flow = changetype<Flow>(packet.owner);
  const at = begin(flow, time, point);
  store<u32>(at, packet.seq, 12);
  if (changetype<usize>(packet.echo)) memory.copy(at + 16, changetype<usize>(packet.echo), 28);
  if (flow.sized) {
    store<u32>(at, flow.totalSegments, 44);
    store<u16>(at, <u16>(flow.group.mss - flow.lastPayload), 50);
  }
  store<u16>(at, packet.size, 48);
  store<u8>(at, packet.flags, 54);
}

/** How the sender of a flow stands now; `latestRtt` in ns, not above 0 where nothing was sampled. */
export function recordState(flow: Flow, latestRtt: i64): void {
  const at = begin(flow, now, TAP_STATE);
  store<u32>(at, inFlight(flow), 12);
  store<f64>(at, flow.cwnd, 16);
  store<f64>(at, flow.ssthresh, 24);
  store<f64>(at, flow.pacingRate, 32);
  store<f32>(at, <f32>flow.srtt / 1000, 40);
  store<f32>(at, <f32>flow.minRtt / 1000, 44);
  store<f32>(at, <f32>max<i64>(0, latestRtt) / 1000, 48);
  store<u8>(at, flow.recovery, 54);
}

/** The sender has taken a segment for lost. */
export function recordLoss(flow: Flow, seq: u32, byTimeout: bool): void {
  const at = begin(flow, now, TAP_LOSS);
  store<u32>(at, seq, 12);
  store<u8>(at, byTimeout, 54);
}

function begin(flow: Flow, time: i64, point: u8): usize {
  const at = records.reserve(RECORD);
  memory.fill(at, 0, RECORD);
  store<i64>(at, time);
  store<u32>(at, flow.id, 8);
  store<u16>(at, <u16>flow.group.id, 52);
  store<u8>(at, point, 55);
  records.length += RECORD;
  return at;
}

/** Moves what was recorded to `output`. */
export function takeRecords(output: Bytes): void {
  output.clear();
  if (!changetype<usize>(records)) return;
  output.bytes(records.data, records.length);
  records.clear();
}
