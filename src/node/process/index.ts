/**
 * What is about processes of the operating system: who one is, running a command, ending one, the clock,
 * waiting. It knows nothing of what they are for.
 */
export { clockUs } from './clock.js';
export { run } from './command.js';
export { endAfter } from './end-after.js';
export { endProcess, identityOf, isAlive, type ProcessIdentity } from './identity.js';
export { tryLock } from './lock.js';
export { makeScratch } from './scratch.js';
export { sleep } from './sleep.js';
export { createWallClock } from './wall-clock.js';
