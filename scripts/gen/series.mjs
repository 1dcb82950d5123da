import { constants, header, indices, objects } from './text.mjs';

export function outputs(series) {
  const groups = [['BIN', indices(series.bin)]];
  return {
    'wasm/generated/series.ts': header('series') + constants([...groups, ['COUNT', { BIN: series.bin.length }]]),
    'src/generated/series.ts': header('series') + objects(groups),
  };
}
