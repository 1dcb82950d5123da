// A first look at both captures: the packets whose hash ends in so many zeros are kept, the same ones at both points
// however far apart the clocks are; where they do not fit, one zero more is asked for. From those seen once at each point
// the host learns clocks, directions and whether addresses were translated.
//
// entry: | key u64 | time at A, at B i64 | pair << 1 | orientation u32 | at A, at B u8 | TTLs u8 × 2 | IDs, windows u16 × 2 | options u32 × 2 |
import {
  COLUMNS_SAMPLE,
  SAMPLE_COLUMN_A_US,
  SAMPLE_COLUMN_DIFFERENCE_US,
  SAMPLE_COLUMN_ORIENTATION,
  SAMPLE_COLUMN_PAIR,
  SAMPLE_COLUMN_SAME_ID,
  SAMPLE_COLUMN_SAME_OPTIONS,
  SAMPLE_COLUMN_SAME_WINDOW,
  SAMPLE_COLUMN_TTL_A,
  SAMPLE_COLUMN_TTL_B,
} from '../generated/capture';
import { view } from '../packet/index';
import { optionsHash } from './fingerprint';
import { COPY_NS } from './ring';

const CAPACITY: u32 = 1 << 16;
const FULL: u32 = CAPACITY - (CAPACITY >> 2);
/** The bits of a hash that decide begin here, above those that give its place. */
const SAMPLED_AT: u64 = 24;
const MAX_SHIFT: u32 = 24;

@unmanaged
class Entry {
  key: u64 = 0;
  aNs: i64 = 0;
  bNs: i64 = 0;
  pair: u32 = 0;
  atA: u8 = 0;
  atB: u8 = 0;
  ttlA: u8 = 0;
  ttlB: u8 = 0;
  idA: u16 = 0;
  idB: u16 = 0;
  windowA: u16 = 0;
  windowB: u16 = 0;
  optionsA: u32 = 0;
  optionsB: u32 = 0;
}

const ENTRY_BYTES: usize = 56;

@unmanaged
export class Survey {
  table: usize = 0;
  used: u32 = 0;
  shift: u32 = 0;

  add(key: u64, side: u32, timeNs: i64, pair: u32): void {
    if (!this.sampled(key)) return;
    if (this.used >= FULL) this.thin();
    const entry = this.find(key);
    if (!entry.key) {
      entry.key = key;
      this.used += 1;
    }
    if (side) {
      if (entry.atB && timeNs - entry.bNs < COPY_NS) return;
      if (entry.atB < 2) entry.atB += 1;
      entry.bNs = timeNs;
      entry.ttlB = <u8>view.ttl;
      entry.idB = <u16>view.ipId;
      entry.windowB = <u16>view.window;
      entry.optionsB = optionsHash();
      return;
    }
    if (entry.atA && timeNs - entry.aNs < COPY_NS) return;
    if (entry.atA < 2) entry.atA += 1;
    entry.aNs = timeNs;
    entry.ttlA = <u8>view.ttl;
    entry.idA = <u16>view.ipId;
    entry.windowA = <u16>view.window;
    entry.optionsA = optionsHash();
    entry.pair = pair;
  }

  /** Packets seen once at each point. */
  matches(): u32 {
    let count: u32 = 0;
    for (let at: u32 = 0; at < CAPACITY; at += 1) count += this.matched(at) ? 1 : 0;
    return count;
  }

  matched(at: u32): bool {
    const entry = this.at(at);
    return entry.atA == 1 && entry.atB == 1;
  }

  at(index: u32): Entry {
    return changetype<Entry>(this.table + <usize>index * ENTRY_BYTES);
  }

  private find(key: u64): Entry {
    let at = <u32>(key >> 1) & (CAPACITY - 1);
    while (this.at(at).key && this.at(at).key != key) at = (at + 1) & (CAPACITY - 1);
    return this.at(at);
  }

  private thin(): void {
    while (this.used >= FULL) {
      if (this.shift == MAX_SHIFT) {
        this.forget();
        return;
      }
      this.shift += 1;
      const from = this.table;
      this.table = emptyTable();
      this.used = 0;
      for (let i: u32 = 0; i < CAPACITY; i += 1) this.keep(from + <usize>i * ENTRY_BYTES);
      heap.free(from);
    }
  }

  private keep(entry: usize): void {
    const key = load<u64>(entry);
    if (!key || !this.sampled(key)) return;
    memory.copy(changetype<usize>(this.find(key)), entry, ENTRY_BYTES);
    this.used += 1;
  }

  private sampled(key: u64): bool {
    return ((key >> SAMPLED_AT) & (((<u64>1) << this.shift) - 1)) == 0;
  }

  /** Forgets what was seen. */
  clear(): void {
    this.shift = 0;
    this.forget();
  }

  // Only hashes made to collide come to this.
  private forget(): void {
    memory.fill(this.table, 0, <usize>CAPACITY * ENTRY_BYTES);
    this.used = 0;
  }
}

function emptyTable(): usize {
  const at = heap.alloc(<usize>CAPACITY * ENTRY_BYTES);
  memory.fill(at, 0, <usize>CAPACITY * ENTRY_BYTES);
  return at;
}

export function createSurvey(): Survey {
  const survey = new Survey();
  survey.table = emptyTable();
  survey.used = 0;
  survey.shift = 0;
  return survey;
}

let rows: usize = 0;

/** Rows of COLUMNS_SAMPLE f64, as many as `matches`. */
export function sampleRows(survey: Survey): usize {
  const count = survey.matches();
  if (rows) heap.free(rows);
  rows = heap.alloc(max<usize>(8, <usize>count * COLUMNS_SAMPLE * 8));
  let row = rows;
  for (let at: u32 = 0; at < CAPACITY; at += 1) {
    if (!survey.matched(at)) continue;
    const entry = survey.at(at);
    put(row, SAMPLE_COLUMN_A_US, <f64>entry.aNs / 1000);
    put(row, SAMPLE_COLUMN_DIFFERENCE_US, <f64>(entry.bNs - entry.aNs) / 1000);
    put(row, SAMPLE_COLUMN_PAIR, <f64>(entry.pair >> 1));
    put(row, SAMPLE_COLUMN_ORIENTATION, <f64>(entry.pair & 1));
    put(row, SAMPLE_COLUMN_TTL_A, <f64>entry.ttlA);
    put(row, SAMPLE_COLUMN_TTL_B, <f64>entry.ttlB);
    put(row, SAMPLE_COLUMN_SAME_ID, entry.idA == entry.idB ? (entry.idA ? 1 : 0) : -1);
    put(row, SAMPLE_COLUMN_SAME_WINDOW, entry.windowA == entry.windowB ? 1 : -1);
    put(row, SAMPLE_COLUMN_SAME_OPTIONS, entry.optionsA == entry.optionsB ? 1 : -1);
    row += <usize>COLUMNS_SAMPLE * 8;
  }
  return rows;
}

function put(row: usize, column: u32, value: f64): void {
  store<f64>(row + ((<usize>column) << 3), value);
}
