// How BBR (version 1) knows a token-bucket policer: two intervals of 4 to 16 rounds that end with losses, in which a fifth
// or more is lost and about the same rate delivered. For 48 rounds it then sends at that rate (tcp_bbr.c, "long-term"
// sampling; Flach et al., SIGCOMM 2016, on policers).
import { AckSample, Flow, now } from '../state/index';

const MIN_ROUNDS: u32 = 4;
const MAX_ROUNDS: u32 = 16;
const HELD_ROUNDS: u32 = 48;
/** Linux reckons in parts of 256. */
const LOSS_SHARE: f64 = 50.0 / 256;
const RATE_SHARE: f64 = 1.0 / 8;
const RATE_DIFFERENCE_BYTES_PER_SECOND: f64 = 500;
const MIN_TIME: i64 = 1000000;

@unmanaged
export class Policer {
  isSampling: bool = false;
  isHeld: bool = false;
  rounds: u32 = 0;
  bandwidth: f64 = 0;
  delivered: u32 = 0;
  lost: u32 = 0;
  since: i64 = 0;
}

/** The policer's rate while it is kept to, else 0. */
export function policerBandwidth(policer: Policer): f64 {
  return policer.isHeld ? policer.bandwidth : 0;
}

/** Takes in an ACK. True where the rate has been kept to for long enough, and BBR probes again. */
export function policerTake(policer: Policer, flow: Flow, sample: AckSample, roundStart: bool, isProbing: bool): bool {
  if (policer.isHeld) {
    if (!isProbing || !roundStart || ++policer.rounds < HELD_ROUNDS) return false;
    reset(policer, flow);
    return true;
  }
  if (!policer.isSampling) {
    if (sample.newlyLost == 0) return false;
    begin(policer, flow);
    policer.isSampling = true;
  }
  if (sample.isAppLimited) {
    reset(policer, flow);
    return false;
  }
  if (roundStart) policer.rounds += 1;
  if (policer.rounds > MAX_ROUNDS) reset(policer, flow);
  else if (policer.rounds >= MIN_ROUNDS && sample.newlyLost > 0) endInterval(policer, flow);
  return false;
}

/** A timeout counts as a loss that begins an interval. */
export function policerOnTimeout(policer: Policer, flow: Flow): void {
  if (policer.isHeld || policer.isSampling) return;
  begin(policer, flow);
  policer.isSampling = true;
}

function endInterval(policer: Policer, flow: Flow): void {
  const delivered = <f64>(flow.delivered - policer.delivered);
  const time = now - policer.since;
  if (<f64>(flow.lostTotal - policer.lost) < LOSS_SHARE * delivered || delivered == 0 || time < MIN_TIME) return;
  const bandwidth = (delivered * <f64>flow.group.mss * 1e9) / <f64>time;
  if (policer.bandwidth > 0) {
    const difference = Math.abs(bandwidth - policer.bandwidth);
    if (difference <= RATE_SHARE * policer.bandwidth || difference <= RATE_DIFFERENCE_BYTES_PER_SECOND) {
      policer.bandwidth = (bandwidth + policer.bandwidth) / 2;
      policer.isHeld = true;
      policer.rounds = 0;
      return;
    }
  }
  policer.bandwidth = bandwidth;
  begin(policer, flow);
}

function begin(policer: Policer, flow: Flow): void {
  policer.since = now;
  policer.delivered = flow.delivered;
  policer.lost = flow.lostTotal;
  policer.rounds = 0;
}

function reset(policer: Policer, flow: Flow): void {
  policer.bandwidth = 0;
  policer.isHeld = false;
  policer.isSampling = false;
  begin(policer, flow);
}
