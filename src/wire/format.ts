import { formatChangeProg } from './change-prog.js';
import { formatCreate } from './create.js';
import { formatInstall } from './install.js';
import { formatMeasure } from './measure.js';
import type { Message } from './message.js';
import type { MessageNames } from './names.js';
import { formatReady } from './ready.js';
import { formatUpdateField } from './update-field.js';

/**
 * One line for people: what `agent --debug` prints. With the names of the flow's program, fields
 * are named; without them they are numbered.
 *
 * @example
 * ```ts
 * formatMessage({ type: 'updateField', sid: 1, updates: [{ registerType: 2, index: 4, value: 42 }] });
 * // UPDATE_FIELD sid 1: Cwnd = 42
 * ```
 */
export function formatMessage(message: Message, names?: MessageNames): string {
  switch (message.type) {
    case 'measure':
      return formatMeasure(message, names);
    case 'updateField':
      return formatUpdateField(message, names);
    case 'changeProg':
      return formatChangeProg(message, names);
    case 'install':
      return formatInstall(message);
    case 'create':
      return formatCreate(message);
    case 'ready':
      return formatReady(message);
  }
}
