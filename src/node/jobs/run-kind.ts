import { buildOf, RESULT_SCHEMA } from './job-key.js';
import type { PackedScenario } from './parts.js';
import type { QueueKind } from './queue-kind.js';
import type { Row } from './rows.js';
import { areRows } from './sweep-file.js';

/** A run as it stands in the queue. */
export interface QueuedRun {
  readonly packed: PackedScenario;
}

/** The runs of sweeps. */
export const runKind = (): QueueKind<readonly Row[]> => ({
  noun: 'run',
  queue: 'runs',
  build: buildOf(),
  schema: RESULT_SCHEMA,
  isResult: areRows,
});
