/**
 * Captures from this machine: files, several at once, standard input, decompressed by zlib. What they hold is
 * read in src/capture.
 */
export { type CaptureSource, openCaptureFiles } from './open.js';
