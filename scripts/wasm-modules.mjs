// The WebAssembly modules of the package and the size each may have.
export const modules = [
  { name: 'datapath', maxBytes: 64 * 1024 },
  { name: 'capture', maxBytes: 96 * 1024 },
  { name: 'sim', maxBytes: 160 * 1024 },
];
