/**
 * The editor of the studio, loaded when somebody writes: CodeMirror with the page's colours, what the type checker and the
 * compiler of datapath programs say in place, and a scenario's JSON with what its schema says. No view library.
 */
export { jsonFindings } from './json-places.js';
export { type EditorContext, type EditorHandle, mountEditor } from './mount.js';
