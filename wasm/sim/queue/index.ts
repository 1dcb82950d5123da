/**
 * Where packets wait: a first-in-first-out list under a limit, and the disciplines that drop or mark before it
 * is full. A link pushes and pops, whatever the discipline.
 */
export { Queue } from './queue';
export { createQueue, popPacket, pushPacket } from './queues';
