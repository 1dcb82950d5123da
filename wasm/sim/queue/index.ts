/**
 * Where packets wait: a first-in-first-out list under a limit, and the disciplines that drop or mark before it
 * is full. A link pushes and pops, whatever the discipline.
 */
export { CodelState } from './codel';
export { createFqCodel } from './fqcodel';
export { Queue } from './queue';
export { popPacket, pushPacket } from './queues';
export { RedState } from './red';
