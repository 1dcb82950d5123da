/**
 * The studio's files: served on loopback with a strict policy, or written into a folder for any web server.
 */
export { type ServedStudio, type StudioOptions, serveStudio } from './serve.js';
export { writeStudio } from './write.js';
