import { closeSync, openSync, writeSync } from 'node:fs';
import { ERROR } from '../../base/index.js';
import { createQlog, type NormalisedScenario } from '../../sim/index.js';
import { fileFailure } from '../files/index.js';
import type { RecordFiles } from './packet-file.js';

/** The drafts' ending of a sequential file; any other ending means the words of 0.3, which qvis reads. */
const DRAFT_ENDING = '.sqlog';

/** Opens the file that gets the events of a simulation with `QLOG_TAPS`. Throws MOORING_ERR_FILE_UNWRITABLE. */
export function openQlogFile(scenario: NormalisedScenario, file: string): RecordFiles {
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (cause) {
      throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, file, cause);
    }
  };
  const descriptor = guarded(() => openSync(file, 'w'));
  const put = (text: string): void => void guarded(() => writeSync(descriptor, text));
  const qlog = createQlog(scenario, file.endsWith(DRAFT_ENDING) ? 'draft' : '0.3');
  put(qlog.head());
  return {
    write: (records, timeUs) => put(qlog.events(records, timeUs)),
    close() {
      put(qlog.end());
      guarded(() => closeSync(descriptor));
    },
  };
}
