/**
 * Bytes, and columns of long tables, as text that a page or a link can carry. It knows no room and no host.
 */
export { fromBase64, toBase64 } from './base64.js';
export { type PackedTexts, packFloats, packTexts, unpackFloats, unpackTexts } from './columns.js';
