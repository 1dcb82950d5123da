export * from './isa/exports';
export * from './jit/exports';
export * from './lang/exports';
export * from './memory/exports';
export * from './vm/exports';
