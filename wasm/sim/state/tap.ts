// Packets as they pass a point of the network, for captures: records in a buffer that the host empties now and then.
// Points are 0 the senders' hosts, 1 the receivers', from 2 on the ends of links.
//
//   | time i64, ns | flow u32 | seq u32 | ceCount u32 | 3 SACK blocks of 2 u32 | segments u32 | size u16 | short u16 | group u16 | flags u8 | point u8 |
//
// `segments` of a flow that ends, 0 of others, and by how much its last is shorter.
import { Bytes, createBytes } from '../../memory/index';
import { Flow } from './flow';
import { Packet } from './packet';

export const TAP_SENDER: u8 = 0;
export const TAP_RECEIVER: u8 = 1;
export const TAP_LINKS: u8 = 2;
const RECORD: u32 = 56;

export let tapsSender: bool = false;
export let tapsReceiver: bool = false;
let records: Bytes = changetype<Bytes>(0);

/** From now on packets at the hosts are recorded, or with TAP_LINKS, which links ask for themselves, nothing yet. */
export function tap(point: u8): void {
  if (!changetype<usize>(records)) records = createBytes();
  if (point == TAP_SENDER) tapsSender = true;
  if (point == TAP_RECEIVER) tapsReceiver = true;
}

export function recordPacket(packet: Packet, point: u8, time: i64): void {
  const flow = changetype<Flow>(packet.owner);
  const at = records.reserve(RECORD);
  memory.fill(at, 0, RECORD);
  store<i64>(at, time);
  store<u32>(at, flow.id, 8);
  store<u32>(at, packet.seq, 12);
  if (changetype<usize>(packet.echo)) memory.copy(at + 16, changetype<usize>(packet.echo), 28);
  if (flow.sized) {
    store<u32>(at, flow.totalSegments, 44);
    store<u16>(at, <u16>(flow.group.mss - flow.lastPayload), 50);
  }
  store<u16>(at, packet.size, 48);
  store<u16>(at, <u16>flow.group.id, 52);
  store<u8>(at, packet.flags, 54);
  store<u8>(at, point, 55);
  records.length += RECORD;
}

/** Moves what was recorded to `output`. */
export function takeRecords(output: Bytes): void {
  output.clear();
  if (!changetype<usize>(records)) return;
  output.bytes(records.data, records.length);
  records.clear();
}
