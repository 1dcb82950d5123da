// Blocks of half a cache line for packets and what acknowledgements say, taken in the order of their addresses, round
// and round. Packets that leave one after the other thus lie one beside the other wherever they wait, and a queue or a
// line of a million of them is read from end to end, which the processor foresees. The block given back last, which is
// still in the caches, would be the better one for a handful; but with large windows it puts the packets of a queue in
// an order without order, and every one of them is waited for.
//
//   chunk, 16 kB   | 8 × u64, a bit for each block: 1 where it is free | blocks 2 … 511 |
//
// A word of bits is claimed as a whole when the round comes to it. A round that finds less than half of the blocks free
// makes the round longer, one that finds nearly all of them free makes it shorter: few packets stay within the caches.

export const BLOCK: u32 = 32;

const CHUNK_SHIFT: u32 = 14;
const CHUNK: u32 = 1 << CHUNK_SHIFT;
const WORDS: u32 = CHUNK / BLOCK / 64;
/** Those a chunk begins with hold its bits. */
const HEADER_BLOCKS: u64 = (WORDS * 8) / BLOCK;
const USABLE: u32 = CHUNK / BLOCK - <u32>HEADER_BLOCKS;

/** Addresses of the chunks, how many there are, how many have room in the table, and how many are gone through. */
let chunks: usize = 0;
let made: u32 = 0;
let places: u32 = 0;
let round: u32 = 0;
/** Where the round is: the chunk, its word, where the blocks of that word begin, and those of it that are left. */
let chunkIndex: u32 = 0;
let word: u32 = WORDS;
let base: usize = 0;
let left: u64 = 0;
/** Free blocks that this round has come to. */
let found: u32 = 0;

/** A block, as somebody left it. */
export function takeBlock(): usize {
  if (!left) advance();
  const at = base + ((<usize>ctz<u64>(left)) << 5);
  left &= left - 1;
  return at;
}

export function giveBlockBack(at: usize): void {
  const bits = (at & ~(<usize>CHUNK - 1)) + (((at & (CHUNK - 1)) >> 11) << 3);
  store<u64>(bits, load<u64>(bits) | ((<u64>1) << (<u64>((at >> 5) & 63))));
}

/** To the next word with a free block. */
function advance(): void {
  while (true) {
    if (word == WORDS) nextChunk();
    const chunk = load<usize>(chunks + (chunkIndex << 2));
    const bits = chunk + (word << 3);
    left = load<u64>(bits);
    base = chunk + (word << 11);
    word += 1;
    if (!left) continue;
    store<u64>(bits, 0);
    found += <u32>popcnt<u64>(left);
    return;
  }
}

function nextChunk(): void {
  word = 0;
  chunkIndex += 1;
  if (chunkIndex < round) return;
  const whole = round * USABLE;
  if (found < whole >> 1 || round == 0) {
    // What is new comes next: it is free from end to end.
    chunkIndex = round;
    round = round == 0 ? 1 : round << 1;
    if (made < round) makeChunks(round - made);
  } else {
    chunkIndex = 0;
    if (round > 1 && found > whole - (whole >> 3)) round >>= 1;
  }
  // The half that is not gone through again counts as half free.
  found = (chunkIndex * USABLE) >> 1;
}

function makeChunks(count: u32): void {
  const start = (heap.alloc((count + 1) << CHUNK_SHIFT) + CHUNK - 1) & ~(<usize>CHUNK - 1);
  if (places < made + count) {
    places = made + count;
    chunks = chunks ? heap.realloc(chunks, places << 2) : heap.alloc(places << 2);
  }
  for (let i: u32 = 0; i < count; i++) {
    const chunk = start + (i << CHUNK_SHIFT);
    store<u64>(chunk, ~(<u64>0) << HEADER_BLOCKS);
    for (let at: u32 = 1; at < WORDS; at++) store<u64>(chunk + (at << 3), ~(<u64>0));
    store<usize>(chunks + ((made + i) << 2), chunk);
  }
  made += count;
}
