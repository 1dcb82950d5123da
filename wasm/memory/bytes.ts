// A growable run of bytes. The host sees it as a pointer and a length: every export that
// takes bytes reads them from `input`, every export that gives bytes leaves them in `output`.

@unmanaged
export class Bytes {
  data: usize = 0;
  length: u32 = 0;
  capacity: u32 = 0;

  clear(): void {
    this.length = 0;
  }

  /** Makes room for `size` more bytes and returns the address of the first. */
  reserve(size: u32): usize {
    const need = this.length + size;
    if (need > this.capacity) {
      const capacity = max(need, max(this.capacity << 1, 256));
      const data = heap.alloc(capacity);
      if (this.data) {
        memory.copy(data, this.data, this.length);
        heap.free(this.data);
      }
      this.data = data;
      this.capacity = capacity;
    }
    return this.data + this.length;
  }

  u8(value: u32): void {
    store<u8>(this.reserve(1), <u8>value);
    this.length += 1;
  }

  u16(value: u32): void {
    store<u16>(this.reserve(2), <u16>value);
    this.length += 2;
  }

  u32(value: u32): void {
    store<u32>(this.reserve(4), value);
    this.length += 4;
  }

  u64(value: u64): void {
    store<u64>(this.reserve(8), value);
    this.length += 8;
  }

  bytes(from: usize, size: u32): void {
    memory.copy(this.reserve(size), from, size);
    this.length += size;
  }
}

/** A `Bytes` that lives as long as the module. */
export function createBytes(): Bytes {
  const at = heap.alloc(offsetof<Bytes>());
  memory.fill(at, 0, offsetof<Bytes>());
  return changetype<Bytes>(at);
}

export const input = createBytes();
export const output = createBytes();
