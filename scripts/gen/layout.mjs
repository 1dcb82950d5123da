// Where the fields of packed little-endian records stand, from their order and their types.
import { upper } from './text.mjs';

const SIZES = { u8: 1, u16: 2, u32: 4, u64: 8, f64: 8, address: 16 };

/**
 * `fields` is `{ name: type }`; the first stands `from` bytes into the record. Gives `at`, the offset of each field by
 * its upper-case name, `characters`, the sizes of those that hold text, and `end`. A field `_` only takes room.
 */
export function layout(record, fields, from = 0) {
  const at = {};
  const characters = {};
  let end = from;
  for (const [field, type] of Object.entries(fields)) {
    if (field !== '_') at[upper(field)] = end;
    const length = /^char\[(\d+)\]$/.exec(type)?.[1];
    if (length) characters[upper(field)] = Number(length);
    else if (!(type in SIZES)) throw new Error(`${record}.${field}: no type ${type}`);
    end += length ? Number(length) : SIZES[type];
  }
  return { at, characters, end };
}

/** The same offsets under `RECORD_FIELD`, for a group that holds those of several records. */
export function under(record, at) {
  return Object.fromEntries(Object.entries(at).map(([field, offset]) => [`${record}_${field}`, offset]));
}
