import { type ColumnRun, columnsOfRecording } from '../../run/index.js';
import { parseRecording } from '../../wire/index.js';

/** A recording of `mooring agent --record` as columns. Throws what says in words why it cannot be read. */
export async function readRecordedRun(file: Blob, name: string): Promise<ColumnRun> {
  const read = parseRecording(await file.text());
  if (!read.ok) throw new Error(`it ${read.why}`);
  return columnsOfRecording(read.messages, name);
}
