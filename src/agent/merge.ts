import { decodeMessage, encodeMessage, type FieldUpdate, type Message } from '../wire/index.js';
import { isCwnd, isRate, putUpdate } from './field-updates.js';

type Control = Message & { type: 'changeProg' | 'updateField' };

/**
 * One message in place of two to the same flow, of which the first was not sent yet: the later values win. A switch of
 * program stays, with what was set after it; window and rate outlive the program they were set under, its registers do
 * not.
 *
 * @example
 * ```ts
 * const update = (value: number) =>
 *   encodeMessage({ type: 'updateField', sid: 1, updates: [{ registerType: 2, index: 4, value }] });
 * mergeControl(update(10), update(20)); // the same as update(20)
 * ```
 */
export function mergeControl(waiting: Uint8Array, later: Uint8Array): Uint8Array {
  const before = read(waiting);
  const after = read(later);
  if (!before || !after) return later;
  const updates: FieldUpdate[] = [];
  for (const update of before.updates) if (after.type === 'updateField' || outlives(update)) updates.push(update);
  for (const update of after.updates) putUpdate(updates, update);
  const program = after.type === 'changeProg' ? after : before;
  return encodeMessage({ ...program, updates });
}

function outlives(update: FieldUpdate): boolean {
  return isCwnd(update) || isRate(update);
}

function read(bytes: Uint8Array): Control | undefined {
  const decoded = decodeMessage(bytes);
  if (!decoded.ok) return undefined;
  const { message } = decoded;
  return message.type === 'changeProg' || message.type === 'updateField' ? message : undefined;
}
