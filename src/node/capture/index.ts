/**
 * Captures from this machine: files, several at once, standard input, decompressed by zlib; interfaces and pipes as they go on. What they hold is
 * read in src/capture.
 */
export { captureLive, type LiveCapture, type LiveCaptureOptions } from './live.js';
export { type CaptureSource, openCaptureFiles } from './open.js';
