/**
 * A file of the user's: imported, JavaScript or TypeScript through Node or esbuild, or made one text that can travel.
 */
export { bundleFile } from './bundle.js';
export { importFile, MODULE_FILE } from './import-file.js';
export { readsTypeScript } from './typescript.js';
