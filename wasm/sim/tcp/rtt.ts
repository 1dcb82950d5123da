// Round-trip time and retransmission timeout: RFC 6298, per sample. The variation is floored at
// the minimum RTO (200 ms by default) where the RFC floors their sum at 1 s, so that a long steady
// path does not time out when its queue fills.
import { Flow } from '../state/index';

const INITIAL_RTO: i64 = 1000000000;
const MAX_RTO: i64 = 60000000000;
const MAX_BACKOFF: u32 = 16;

export function startRtt(flow: Flow): void {
  flow.srtt = 0;
  flow.rttVar = 0;
  flow.rto = INITIAL_RTO;
  flow.minRtt = 0;
  flow.backoff = 0;
}

export function addRttSample(flow: Flow, rtt: i64): void {
  if (flow.srtt == 0) {
    flow.srtt = rtt;
    flow.rttVar = rtt >> 1;
  } else {
    const error = flow.srtt - rtt;
    flow.rttVar += ((error < 0 ? -error : error) - flow.rttVar) >> 2;
    flow.srtt += (rtt - flow.srtt) >> 3;
  }
  if (flow.minRtt == 0 || rtt < flow.minRtt) flow.minRtt = rtt;
  flow.rto = flow.srtt + max<i64>(flow.rttVar << 2, flow.group.minRto);
  flow.backoff = 0;
}

/** The timeout as it stands, doubled by each expiry since the last sample (RFC 6298 5.5). */
export function retransmissionTimeout(flow: Flow): i64 {
  return min<i64>(flow.rto << (<i64>min<u32>(flow.backoff, MAX_BACKOFF)), MAX_RTO);
}
