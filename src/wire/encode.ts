import { encodeChangeProg } from './change-prog.js';
import { encodeCreate } from './create.js';
import { encodeInstall } from './install.js';
import { encodeMeasure } from './measure.js';
import type { Message } from './message.js';
import { encodeReady } from './ready.js';
import { encodeUpdateField } from './update-field.js';

/**
 * The bytes of `message`. Throws MOORING_ERR_BAD_ARGUMENT, with the field in `detail.argument`,
 * for what the wire cannot carry: a value outside its width, a congAlg above 63 bytes or with a
 * NUL, rows that are not 16 bytes for each event and instruction, more than 222 updates.
 *
 * @example
 * ```ts
 * encodeMessage({ type: 'ready', id: 7 }); // 05 00 0c 00 00 00 00 00 07 00 00 00
 * ```
 */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  switch (message.type) {
    case 'updateField':
      return encodeUpdateField(message);
    case 'changeProg':
      return encodeChangeProg(message);
    case 'measure':
      return encodeMeasure(message);
    case 'install':
      return encodeInstall(message);
    case 'create':
      return encodeCreate(message);
    case 'ready':
      return encodeReady(message);
  }
}
