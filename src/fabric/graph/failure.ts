import { MooringError } from '../../base/index.js';
import { ERROR } from '../../generated/errors.js';

/** The error of a text that is no graph. `line` is 1-based, `undefined` where the text as a whole is at fault. */
export function graphFailure(reason: string, line?: number): MooringError {
  const where = line === undefined ? '' : ` (line ${line})`;
  return new MooringError(ERROR.MOORING_ERR_FABRIC_GRAPH, `cannot read the graph: ${reason}${where}`, { reason, line });
}
