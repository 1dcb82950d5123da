import { type TransferHandler, transferHandlers } from 'comlink';
import { type ErrorValue, errorFromValue, errorToValue } from './errors.js';

// Apart from the values themselves: who runs a simulation in its own thread makes such values, and loads no Comlink.

/** Comlink's own way keeps name, message and stack only. */
export function keepErrorCodes(): void {
  const original = transferHandlers.get('throw') as TransferHandler<{ value: unknown }, unknown> | undefined;
  if (!original || installed) return;
  installed = true;
  transferHandlers.set('throw', {
    canHandle: (value): value is { value: unknown } => original.canHandle(value),
    serialize: ({ value }) => [errorToValue(value), []],
    deserialize: (value) => {
      throw errorFromValue(value as ErrorValue);
    },
  } satisfies TransferHandler<{ value: unknown }, unknown>);
}

let installed = false;
