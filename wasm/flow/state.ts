// The memory of all connections, counted: when it passes the limit the table lets go of the
// oldest idle connections, so that no capture can make us grow without bound.

/** Bytes the host allows for connections, their segments and their samples. */
let limitBytes: f64 = 96 * 1024 * 1024;
let usedBytes: f64 = 0;

export function setStateLimit(bytes: f64): void {
  limitBytes = bytes;
}

export function stateOverLimit(): bool {
  return usedBytes > limitBytes;
}

export function stateBytes(): f64 {
  return usedBytes;
}

/** Zeroed bytes. */
export function allocState(size: usize): usize {
  const at = heap.alloc(size);
  memory.fill(at, 0, size);
  usedBytes += <f64>size;
  return at;
}

export function freeState(at: usize, size: usize): void {
  if (!at) return;
  heap.free(at);
  usedBytes -= <f64>size;
}
