import module from 'node:module';

// Where Node keeps compiled code between calls, it does so for ours; what is loaded first would go without.
(module as { readonly enableCompileCache?: () => void }).enableCompileCache?.();
const { main } = await import('./program.js');
await main(process.argv.slice(2));
