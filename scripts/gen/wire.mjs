import { constants, header, objects } from './text.mjs';

export function outputs(wire) {
  const groups = [
    ['MESSAGE', wire.messages],
    ['BYTES', wire.bytes],
    ['LIMIT', wire.limits],
  ];
  return {
    'wasm/generated/wire.ts': header('wire') + constants(groups),
    'src/generated/wire.ts': header('wire') + objects(groups),
  };
}
