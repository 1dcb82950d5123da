/**
 * Imports a file of the user's: JavaScript, or TypeScript through Node or esbuild.
 */
export { importFile, MODULE_FILE } from './import-file.js';
export { readsTypeScript } from './typescript.js';
