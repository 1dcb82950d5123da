export * from './memory/exports';
export * from './series/exports';
