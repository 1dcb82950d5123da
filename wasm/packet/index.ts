/**
 * One record to one view: link layer, tunnels, network and transport headers, in one bounded walk; filters,
 * totals and batches over views.
 */
export { addToBatch, batchFull } from './batch';
export { be32 } from './bytes';
export { decodePacket } from './decode';
export { accepts, filtering } from './filter';
export { linkKnown } from './link';
export { countPacket, countRecord, firstNs, lastNs, packets } from './totals';
export {
  ECN_CE,
  PacketView,
  TCP_ACK,
  TCP_AE,
  TCP_CWR,
  TCP_ECE,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  VIEW_BYTES,
  view,
} from './view';
