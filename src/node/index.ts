/**
 * The room with `node:` imports: transports, worker pool, files, testbed drivers and the command
 * line. It joins the host-free rooms to this machine and holds no policy of theirs.
 */
export * from '../index.js';
export * from './helper/index.js';
