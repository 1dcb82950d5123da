// One invocation of a flow, in libccp's order (ccp_invoke and state_machine): fallback, CREATE
// again, Cwnd and Rate as the datapath has them, the staged program, staged values, the events,
// then Cwnd and Rate out, the report and its resets.
import { LIBCCP_FALLBACK_TIMED_OUT, LIBCCP_PROG_IS_NULL } from '../generated/codes';
import { VALUE_INFINITY } from '../generated/isa';
import { LIMIT_CREATE_RETRY_US } from '../generated/wire';
import { writeCreate, writeMeasure } from '../wire/index';
import { applyResets, Code, release } from './code';
import { interpret } from './interpreter';
import {
  controlOffset,
  Datapath,
  Flow,
  OFFSET_CWND,
  OFFSET_EVENT_FLAG,
  OFFSET_MICROS,
  OFFSET_NOW,
  OFFSET_RATE,
  OFFSET_ROWS,
  OFFSET_RTT,
  OFFSET_SHOULD_CONTINUE,
  OFFSET_SHOULD_REPORT,
  OFFSET_SND_CWND,
  OFFSET_SND_RATE,
  OUTCOME_CWND,
  OUTCOME_MESSAGE,
  OUTCOME_RATE,
  ROW_BYTES,
  STAGED_CWND,
  STAGED_RATE,
  stagedOffset,
} from './state';
import { countStop } from './stops';

/**
 * Runs the flow's program once, after the host has written its primitives. Returns a libccp code;
 * `Flow.outcome` tells whether cwnd and rate were set, messages are in the datapath's outbox.
 */
export function invoke(at: usize, nowUs: u64): i32 {
  const flow = changetype<Flow>(at);
  const datapath = changetype<Datapath>(flow.datapath);
  flow.outcome = 0;
  if (datapath.sendFailed && isInFallback(datapath, nowUs)) return LIBCCP_FALLBACK_TIMED_OUT;
  if (!flow.created) {
    announce(flow, datapath, nowUs);
    return 0;
  }
  store<u64>(at, load<u32>(at, OFFSET_SND_CWND), OFFSET_CWND);
  store<u64>(at, load<u64>(at, OFFSET_SND_RATE), OFFSET_RATE);
  if (flow.stagedCode) switchProgram(flow, nowUs);
  if (flow.stagedLow | flow.stagedHigh) applyStaged(flow);

  const code = changetype<Code>(flow.code);
  if (!flow.code) return LIBCCP_PROG_IS_NULL;
  store<u64>(at, 0, OFFSET_EVENT_FLAG);
  store<u64>(at, 0, OFFSET_SHOULD_CONTINUE);
  store<u64>(at, 0, OFFSET_SHOULD_REPORT);
  store<u64>(at, nowUs - flow.timeZeroUs, OFFSET_MICROS);
  store<u64>(at, nowUs - datapath.timeZeroUs, OFFSET_NOW);
  if (!load<u64>(at, OFFSET_RTT)) store<u64>(at, VALUE_INFINITY, OFFSET_RTT);

  const result = code.entry ? call_indirect<i32>(code.entry, at) : interpret(at, code);
  // `(:= Micros n)` moves the flow's time zero to now − n; where Micros was not written this
  // changes nothing, so no engine has to know.
  flow.timeZeroUs = nowUs - load<u64>(at, OFFSET_MICROS);
  if (result) return countStop(at, code.uid, result);

  const cwnd = load<u64>(at, OFFSET_CWND);
  if (cwnd) setCwnd(flow, cwnd);
  const rate = load<u64>(at, OFFSET_RATE);
  if (rate) setRate(flow, rate);
  if (load<u64>(at, OFFSET_SHOULD_REPORT)) {
    writeMeasure(datapath.outbox, flow.sid, code.uid, at + OFFSET_ROWS, ROW_BYTES, code.reportFields);
    applyResets(at, code.volatileResets, code.stableResets);
    flow.outcome |= OUTCOME_MESSAGE;
  }
  return 0;
}

/** No agent has been heard of for longer than the fallback time after a message could not be sent. */
export function isInFallback(datapath: Datapath, nowUs: u64): bool {
  return datapath.sendFailed != 0 && nowUs > datapath.failedAtUs && nowUs - datapath.failedAtUs > datapath.fallbackUs;
}

/** Sends the flow's CREATE, at most every 100 ms. */
export function announce(flow: Flow, datapath: Datapath, nowUs: u64): void {
  if (flow.createTried && nowUs - flow.createAtUs < LIMIT_CREATE_RETRY_US) return;
  flow.createTried = 1;
  flow.createAtUs = nowUs;
  flow.created = 1;
  flow.outcome |= OUTCOME_MESSAGE;
  writeCreate(datapath.outbox, flow.sid, flow.createBody);
}

/**
 * Takes the window and the rate the agent has set since the last invocation, for a sender that is about to send after a
 * silence: no ACK has brought them into force. What was set stands in the flow's outcome.
 */
export function takeStaged(at: usize): void {
  const flow = changetype<Flow>(at);
  flow.outcome = 0;
  if (flow.stagedHigh & STAGED_CWND && flow.stagedCwnd) setCwnd(flow, flow.stagedCwnd);
  if (flow.stagedHigh & STAGED_RATE && flow.stagedRate) setRate(flow, flow.stagedRate);
  flow.stagedHigh &= ~(STAGED_CWND | STAGED_RATE);
}

function switchProgram(flow: Flow, nowUs: u64): void {
  const code = changetype<Code>(flow.stagedCode);
  release(flow.code);
  flow.code = flow.stagedCode;
  flow.stagedCode = 0;
  applyResets(changetype<usize>(flow), code.volatileResets, code.stableResetsEnd);
  flow.timeZeroUs = nowUs;
}

function applyStaged(flow: Flow): void {
  applyControls(flow, flow.stagedLow, 0);
  applyControls(flow, flow.stagedHigh & ~(STAGED_CWND | STAGED_RATE), 64);
  if (flow.stagedHigh & STAGED_CWND) {
    store<u64>(changetype<usize>(flow), flow.stagedCwnd, OFFSET_CWND);
    if (flow.stagedCwnd) setCwnd(flow, flow.stagedCwnd);
  }
  if (flow.stagedHigh & STAGED_RATE) {
    store<u64>(changetype<usize>(flow), flow.stagedRate, OFFSET_RATE);
    if (flow.stagedRate) setRate(flow, flow.stagedRate);
  }
  flow.stagedLow = 0;
  flow.stagedHigh = 0;
}

function applyControls(flow: Flow, bits: u64, first: u32): void {
  const at = changetype<usize>(flow);
  for (let rest = bits; rest; rest &= rest - 1) {
    const index = first + <u32>ctz(rest);
    store<u64>(at + controlOffset(index), load<u64>(at + stagedOffset(index)));
  }
}

// The callbacks of libccp take u32: higher bits are lost there too. What was set is what the
// datapath uses from now on, unless the host says otherwise before the next invocation.
function setCwnd(flow: Flow, value: u64): void {
  flow.cwndBytes = <u32>value;
  flow.outcome |= OUTCOME_CWND;
  store<u64>(changetype<usize>(flow), <u32>value, OFFSET_SND_CWND);
}

function setRate(flow: Flow, value: u64): void {
  flow.rateBytesPerSecond = <u32>value;
  flow.outcome |= OUTCOME_RATE;
  store<u64>(changetype<usize>(flow), <u32>value, OFFSET_SND_RATE);
}
