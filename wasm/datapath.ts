export * from './jit/exports';
export * from './memory/exports';
export * from './vm/exports';
