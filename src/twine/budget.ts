import type { DiskBudget, Listener, SiteBasis, Slot, TimeBudget, Window } from './site-plan.js';

const PCAP_RECORD_BYTES = 16;
// Archiving and bringing home, one after the other, on an ordinary disk and link.
const GATHERING_BYTES_PER_SECOND = 50e6;

/** What the campaign takes, its parts named. A rotation fills the wait before it; what exceeds that adds up. */
export function timeBudget(
  { parameters, timing }: SiteBasis,
  windows: readonly Window[],
  slots: number,
  disk: DiskBudget,
): TimeBudget {
  const captureS = windows.reduce((sum, { durationS }) => sum + durationS, 0);
  const waitS = (parameters.experimentRetries - 1) * parameters.waitInterval;
  const rotationS = (slots - 1) * Math.max(0, timing.rotationS - parameters.waitInterval);
  const gatheringS = Math.ceil(disk.totalBytes / GATHERING_BYTES_PER_SECOND) + 1;
  const { setupS } = timing;
  return {
    setupS,
    captureS,
    waitS,
    rotationS,
    gatheringS,
    totalS: setupS + captureS + waitS + rotationS + gatheringS,
  };
}

/** rate × snap length × time: frames expected on each mirrored port, cut, with their record headers. */
export function diskBudget(
  basis: SiteBasis,
  listeners: readonly Listener[],
  slots: readonly Slot[],
  windows: readonly Window[],
): DiskBudget {
  const { snaplen } = basis.parameters;
  const kept = snaplen === 0 ? basis.meanFrameBytes : Math.min(snaplen, basis.meanFrameBytes);
  const loadBytesPerSecond = new Map(basis.ports.map((port) => [port.name, port.loadBytesPerSecond]));
  const secondsOfSlot = slots.map(({ index }) =>
    windows.reduce((sum, window) => (window.slot === index ? sum + window.durationS : sum), 0),
  );
  const bytesPerListener: Record<string, number> = {};
  for (const { name, nic } of listeners) {
    let bytes = 0;
    for (const { index, mirrors } of slots) {
      for (const mirror of mirrors) {
        if (mirror.listener !== name) continue;
        const arrivingBytesPerSecond = Math.min(loadBytesPerSecond.get(mirror.source) ?? 0, nic.rateBytesPerSecond);
        const framesPerS = arrivingBytesPerSecond / basis.meanFrameBytes;
        bytes += framesPerS * (kept + PCAP_RECORD_BYTES) * secondsOfSlot[index]!;
      }
    }
    bytesPerListener[name] = Math.ceil(bytes);
  }
  return { bytesPerListener, totalBytes: Object.values(bytesPerListener).reduce((sum, bytes) => sum + bytes, 0) };
}
