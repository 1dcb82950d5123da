import { checkPrimitives, ERROR, type ExtraPrimitive, MooringError } from '../base/index.js';
import { readJsonFile } from '../node/files/index.js';

/** `--primitives FILE` of every verb that compiles. */
export const PRIMITIVES_FLAG = '--primitives <file>';
export const PRIMITIVES_ABOUT =
  'the datapath\'s inputs beyond libccp\'s 15, JSON: [{ "name": "Flow.delivery_rate", "index": 15 }]; without it those of Mooring\'s datapaths';

/** What the file holds. Throws MOORING_ERR_FILE_UNREADABLE that names the file where it is no list of primitives. */
export function readPrimitives(file: string): readonly ExtraPrimitive[] {
  const value = readJsonFile(file);
  try {
    return checkPrimitives(value as readonly ExtraPrimitive[]);
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    throw new MooringError(ERROR.MOORING_ERR_FILE_UNREADABLE, `${file}: ${error.message}`, { path: file });
  }
}
