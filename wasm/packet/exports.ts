export { batchAddress, batchCount, clearBatch } from './batch';
export { filterNetwork, filterPort, filterScratch } from './filter';
export {
  durationUs,
  encapsulationPackets,
  kindPackets,
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
