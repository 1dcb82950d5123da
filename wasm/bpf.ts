export * from './bpf/exports';
export * from './memory/exports';
