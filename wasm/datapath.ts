export * from './isa/exports';
export * from './memory/exports';
export * from './vm/exports';
