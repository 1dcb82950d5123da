/**
 * The virtual machine's door for rooms in the same module (wasm/sim). Many datapaths may live in one
 * module; nothing here calls the host. An ACK costs:
 *
 *   const flow = load<usize>(slotOf(datapath, sid));          // once: keep the slot, load per ACK
 *   store<u64>(flow + OFFSET_PRIMITIVE + 8 * PRIMITIVE_ACK_BYTES_ACKED, acked); …
 *   const code = invoke(flow, nowUs);
 *   if (changetype<Flow>(flow).outcome & OUTCOME_CWND) cwnd = changetype<Flow>(flow).cwndBytes;
 *   const outbox = outboxOf(datapath);                        // messages in a row: length at +2, sid at +4
 *   if (outbox.length) { … outbox.clear(); }
 *
 * The primitives keep their value until written again, except Ack.now, which the machine writes,
 * and Flow.rtt_sample_us, where 0 becomes infinity. After them stand sndCwnd and sndRate (OFFSET_SND_…): what
 * the sender uses; the machine writes there what it sets, so a sender that obeys need not. Times are
 * whole µs and never go back.
 */
export { Code, takeFreeEntry, takeUncompiled } from './code';
export {
  createDatapath,
  destroyDatapath,
  endFlow,
  flowOf,
  offerPrimitives,
  outboxOf,
  sendFailed,
  sendReady,
  slotOf,
  startFlow,
} from './datapath';
export { handleMessages } from './handle';
export { invoke, isInFallback, takeStaged } from './invoke';
export {
  Datapath,
  Flow,
  OFFSET_EVENT_FLAG,
  OFFSET_PRIMITIVE,
  OFFSET_SHOULD_CONTINUE,
  OFFSET_SHOULD_REPORT,
  OFFSET_SND_CWND,
  OFFSET_SND_RATE,
  OUTCOME_CWND,
  OUTCOME_MESSAGE,
  OUTCOME_RATE,
  registerOffset,
} from './state';
export { OFFSET_STOPS, packStop, STOP_BYTES, STOPS } from './stops';
export { trace } from './trace';
