// The byte door between host and module, re-exported by every module entry.
import { input, output } from './bytes';

/** Room for `size` bytes of input; returns where the host writes them. */
export function inputReserve(size: u32): usize {
  input.clear();
  const at = input.reserve(size);
  input.length = size;
  return at;
}

export function outputPointer(): usize {
  return output.data;
}

export function outputLength(): u32 {
  return output.length;
}
