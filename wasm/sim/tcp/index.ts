/**
 * The ends of a connection: what the application offers, what the sender keeps of the segments in flight, how it
 * finds losses and when it sends, what the receiver acknowledges, and how flows come and go.
 */
export {
  arrive,
  createFlow,
  createFlows,
  endFlow,
  flowAt,
  flowCount,
  isOver,
  onAnswer,
  runningCount,
  scheduleArrivals,
  startFlow,
} from './flows';
export { onSynTimer } from './handshake';
export { limitOf } from './limit';
export { onDelayedAck, receive } from './receiver';
export { fetchSegment } from './segments';
export { onAck, onReorderTimer, onRetransmissionTimer, trySend } from './sender';
export { offer } from './source';
