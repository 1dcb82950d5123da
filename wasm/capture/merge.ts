// The earliest record of all open streams. Files of one campaign overlap, and each is in order by
// itself (nearly), so the smallest head is the next packet; ties go to the stream opened first.
import { STEP_DONE, STEP_ENDED } from '../generated/capture';
import { readerAt, readerCount } from './exports';
import { nextRecord } from './next';
import { ENDED, NEED_DATA, Reader } from './reader';

/** A reader with a pending record, or null with `mergeStatus` saying what the host must do. */
export function earliest(): Reader {
  const count = readerCount();
  let best = changetype<Reader>(0);
  for (let id: u32 = 0; id < count; id += 1) {
    const reader = readerAt(id);
    if (!reader.pending) {
      if (reader.closed) continue;
      const state = nextRecord(reader);
      if (state == NEED_DATA) return starved(id);
      if (state == ENDED) {
        reader.closed = 1;
        return starved(STEP_ENDED + id);
      }
    }
    if (!changetype<usize>(best) || reader.timeNs < best.timeNs) best = reader;
  }
  if (!changetype<usize>(best)) return starved(STEP_DONE);
  return best;
}

export let mergeStatus: u32 = 0;

function starved(status: u32): Reader {
  mergeStatus = status;
  return changetype<Reader>(0);
}
