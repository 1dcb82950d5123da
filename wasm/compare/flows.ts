// What is remembered of connections: the order in which their packets left the first point, and what of their data was
// sent again and acknowledged, which tells a loss from a packet that the capture missed. A cache: of each four that share
// a place the one idle longest makes room.

const SETS: u32 = 1 << 14;
const WAYS: u32 = 4;

@unmanaged
export class Half {
  /** The highest number, at the point where it left first, among the packets that arrived; 0 is none. */
  furthest: u32 = 0;
  /** Its latest data packet in the ring. */
  chain: u32 = 0;
  /** One beyond the highest byte sent, and the highest ACK. */
  end: u32 = 0;
  ack: u32 = 0;
  hasEnd: u8 = 0;
  hasAck: u8 = 0;
}

const HALF_BYTES: usize = 24;
const FLOW_BYTES: usize = 24 + 2 * 24;

@unmanaged
class Flow {
  key: u64 = 0;
  used: u32 = 0;
  /** How many connections have had this place, this one included: who asks later sees whether it is still theirs. */
  generation: u32 = 0;
  /** A packet of it was seen at both points. */
  matched: u32 = 0;
  unused: u32 = 0;
}

let table: usize = 0;
let clock: u32 = 0;

export function initFlows(): void {
  const bytes = <usize>(SETS * WAYS) * FLOW_BYTES;
  if (!table) table = heap.alloc(bytes);
  memory.fill(table, 0, bytes);
}

/** The place of a connection as one side sees it. */
export function flowOf(key: u64): u32 {
  const first = (<u32>(key >> 8) & (SETS - 1)) * WAYS;
  clock += 1;
  let idle = first;
  for (let i = first; i < first + WAYS; i += 1) {
    const flow = flowAt(i);
    if (flow.key == key) {
      flow.used = clock;
      return i;
    }
    if (clock - flow.used > clock - flowAt(idle).used) idle = i;
  }
  const flow = flowAt(idle);
  const generation = flow.generation + 1;
  memory.fill(changetype<usize>(flow), 0, FLOW_BYTES);
  flow.key = key;
  flow.used = clock;
  flow.generation = generation;
  return idle;
}

export function half(flow: u32, orientation: u32): Half {
  return changetype<Half>(changetype<usize>(flowAt(flow)) + 24 + <usize>orientation * HALF_BYTES);
}

/** Changes when another connection takes the place. */
export function flowGeneration(flow: u32): u32 {
  return flowAt(flow).generation;
}

export function noteMatched(flow: u32): void {
  flowAt(flow).matched = 1;
}

/** Whether a packet of it was seen at both points; unknown, so true, where another connection took the place. */
export function flowMatched(flow: u32, generation: u32): bool {
  return flowGeneration(flow) != generation || flowAt(flow).matched != 0;
}

function flowAt(index: u32): Flow {
  return changetype<Flow>(table + <usize>index * FLOW_BYTES);
}
