// Empties dist/ but for the WebAssembly modules, which are built before: what a source no longer writes is gone.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';

mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist')) if (name !== 'wasm') rmSync(`dist/${name}`, { recursive: true });
