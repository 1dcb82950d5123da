import type { ChangeProgMessage } from './change-prog.js';
import type { CreateMessage } from './create.js';
import type { DecodedAs } from './decoded.js';
import type { InstallMessage } from './install.js';
import type { MeasureMessage } from './measure.js';
import type { ReadyMessage } from './ready.js';
import type { UpdateFieldMessage } from './update-field.js';

/** Any message of the protocol; spec/wire.md draws their bytes. */
export type Message =
  | CreateMessage
  | MeasureMessage
  | InstallMessage
  | UpdateFieldMessage
  | ChangeProgMessage
  | ReadyMessage;

/** A message and how many bytes it took, or why there is none. */
export type Decoded = DecodedAs<Message>;
