export * from './memory/exports';
