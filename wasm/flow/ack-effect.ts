// What the last ACK did to the data it acknowledges, filled by `acknowledge` (ack.ts) and read by
// replay.ts. One static instance, as with the packet's view: every access is a plain load or store.

@unmanaged
export class AckEffect {
  ackedBytes: u32 = 0;
  ackedSegments: u32 = 0;
  sackedBytes: u32 = 0;
  sackedSegments: u32 = 0;
  lostSegments: u32 = 0;
  /** Bytes delivered (acknowledged or SACKed) since the segment of the RTT sample was sent. */
  deliveredBytes: u32 = 0;
  /** Bytes sent since then. */
  sentSinceBytes: u32 = 0;
  /** CE marks it reports by AccECN, and their bytes; whether it has ECE of classic ECN. */
  cePackets: u32 = 0;
  ceBytes: u32 = 0;
  echoed: u32 = 0;
  /** Of the one sample the ACK gave; 0 where it gave none. */
  rttUs: f64 = 0;
}

export const effect = changetype<AckEffect>(memory.data(64, 8));

/** An ACK begins: nothing is known of it. */
export function clearEffect(): void {
  // Store by store: memory.fill costs more than all of them.
  effect.ackedBytes = 0;
  effect.ackedSegments = 0;
  effect.sackedBytes = 0;
  effect.sackedSegments = 0;
  effect.lostSegments = 0;
  effect.cePackets = 0;
  effect.ceBytes = 0;
  effect.echoed = 0;
  effect.rttUs = 0;
}
