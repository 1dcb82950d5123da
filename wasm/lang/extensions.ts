// Which forms that portus refuses the program uses: bits of EXTENSION_* (spec/quirks.md).

export let extensions: u32 = 0;

export function resetExtensions(): void {
  extensions = 0;
}

export function extend(bit: u32): void {
  extensions |= bit;
}
