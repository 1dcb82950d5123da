/**
 * The studio's files: served on loopback with a strict policy, or written into a folder for any web server; and links that
 * open a scenario in it.
 */
export { studioLink } from './link.js';
export { type ServedStudio, type StudioOptions, serveStudio } from './serve.js';
export { writeStudio } from './write.js';
