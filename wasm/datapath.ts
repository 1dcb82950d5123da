export * from './isa/exports';
export * from './memory/exports';
