// The opening of a connection: a SYN, its answer, each sent again until one comes back (RFC 9293 3.5, RFC 6298 5).
// The last ACK of the three goes with the first data. What it gives is the first sample of the round-trip time,
// without which a short flow would wait a second for its first loss.
//
//   start ── SYN ──▶ receiver ── SYN, ACK ──▶ established ── data
import { leaveHost } from '../path/index';
import { allocatePacket, clearTimer, EVENT_RTO, Flow, now, PACKET_SYN, Packet, setTimer } from '../state/index';
import { addRttSample, retransmissionTimeout } from './rtt';

/** Beyond the header of a segment: options that only a SYN has (MSS, SACK permitted, window scale). */
const SYN_OPTION_BYTES: u32 = 8;
const SYNS_BORNE: u32 = 2;

export function sendSyn(flow: Flow): void {
  const group = flow.group;
  const syn = allocatePacket();
  syn.owner = changetype<usize>(flow);
  syn.path = group.path;
  syn.flags = PACKET_SYN;
  syn.seq = ++flow.synsSent;
  syn.size = <u16>(group.headerBytes + SYN_OPTION_BYTES);
  flow.synTime = now;
  flow.inNetwork += 1;
  flow.sentPackets += 1;
  setTimer(flow, EVENT_RTO, now + retransmissionTimeout(flow));
  leaveHost(flow, syn);
}

export function onSynTimer(flow: Flow): void {
  if (now >= flow.group.stopAt) return;
  flow.timeouts += 1;
  flow.retransmitted += 1;
  flow.backoff += 1;
  sendSyn(flow);
}

/** The answer has come: of which SYN it is, its timestamps tell. */
export function onSynAnswer(flow: Flow, answer: Packet): void {
  clearTimer(flow, EVENT_RTO);
  if (answer.seq == flow.synsSent) addRttSample(flow, now - flow.synTime);
}

/** After more than two SYNs a flow begins with one segment (RFC 5681 3.1; Linux bears the loss of one). */
export function beginsAnew(flow: Flow): bool {
  return flow.synsSent > SYNS_BORNE;
}
