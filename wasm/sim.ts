export * from './memory/exports';
export * from './series/exports';
export * from './vm/exports';
