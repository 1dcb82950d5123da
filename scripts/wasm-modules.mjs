// The WebAssembly modules of the package and the size each may have.
// `shrinkLevel` as asc has it: the compiler of the language runs once a program and is loaded by every page, so its bytes
// count; the others run for every packet or acknowledgement. `inline`: see compile-wasm.mjs.
export const modules = [
  { name: 'lang', maxBytes: 48 * 1024, shrinkLevel: 1 },
  { name: 'datapath', maxBytes: 32 * 1024, shrinkLevel: 0 },
  { name: 'bpf', maxBytes: 12 * 1024, shrinkLevel: 1 },
  { name: 'capture', maxBytes: 96 * 1024, shrinkLevel: 0, inline: true },
  { name: 'compare', maxBytes: 64 * 1024, shrinkLevel: 1 },
  { name: 'sim', maxBytes: 160 * 1024, shrinkLevel: 0 },
];
