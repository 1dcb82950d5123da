export * from './jit/exports';
export * from './memory/exports';
export * from './series/exports';
export * from './sim/exports';
export * from './vm/exports';
