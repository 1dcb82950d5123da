import { ERROR, MooringError } from '../base/index.js';

/** Names a flow may note values under: each becomes a curve. */
const MOST_NAMES = 16;
const LONGEST_NAME = 64;

/** Takes `name` into those the flow has noted. Throws MOORING_ERR_BAD_ARGUMENT. */
export function checkNote(noted: Set<string>, name: string, value: number): void {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw refuse('value', `${String(name)} is ${String(value)}: give a finite number`);
  }
  if (noted.has(name)) return;
  if (typeof name !== 'string' || name.length === 0 || name.length > LONGEST_NAME) {
    throw refuse('name', `a name has 1 … ${LONGEST_NAME} characters`);
  }
  if (noted.size >= MOST_NAMES) throw refuse('name', `the flow has noted ${MOST_NAMES} names, so not ${name} too`);
  noted.add(name);
}

function refuse(argument: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `note: ${message}.`, { argument });
}
