export { batchAddress, batchCount, clearBatch } from './batch';
export { filterNetwork, filterPort, filterScratch } from './filter';
export {
  durationUs,
  encapsulationPackets,
  kindPackets,
  largestStepBackPacket,
  largestStepBackUs,
  notePackets,
  startEpochUs,
  totalCapturedBytes,
  totalDisordered,
  totalMatched,
  totalPackets,
  totalWireBytes,
  unreadKindCount,
  unreadLayer,
  unreadNumber,
  unreadPackets,
} from './totals';
