export * from './isa/exports';
export * from './lang/exports';
export * from './memory/exports';
