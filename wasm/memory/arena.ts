// A bump arena for work that ends together: one compile, one decode. Blocks are
// chained, so a large input grows the chain instead of failing, and `reset` keeps the
// first block so that the usual small input allocates nothing.
//
//   block:  | next: usize | size: usize | payload ... |

const HEADER: usize = 2 * sizeof<usize>();
const FIRST_BLOCK: usize = 64 * 1024;

let first: usize = 0;
let current: usize = 0;
let top: usize = 0;
let end: usize = 0;

function openBlock(payload: usize): void {
  const size = max(payload, FIRST_BLOCK);
  const block = heap.alloc(HEADER + size);
  store<usize>(block, 0);
  store<usize>(block, size, sizeof<usize>());
  if (current) store<usize>(current, block);
  else first = block;
  current = block;
  top = block + HEADER;
  end = top + size;
}

/** `size` zeroed bytes, 8-byte aligned, valid until `arenaReset`. */
export function arenaAlloc(size: usize): usize {
  const rounded = (size + 7) & ~7;
  if (top + rounded > end) openBlock(rounded);
  const at = top;
  top += rounded;
  memory.fill(at, 0, rounded);
  return at;
}

/** Ends the life of everything allocated since the last reset. */
export function arenaReset(): void {
  if (!first) return;
  let block = load<usize>(first);
  while (block) {
    const next = load<usize>(block);
    heap.free(block);
    block = next;
  }
  store<usize>(first, 0);
  current = first;
  top = first + HEADER;
  end = top + load<usize>(first, sizeof<usize>());
}
