/**
 * Columns of long tables as text that a page can carry: written by Node into the file of a report, read by the script in it.
 * It knows no room and no host.
 */
export { type PackedTexts, packFloats, packTexts, unpackFloats, unpackTexts } from './columns.js';
