/** Benches of TCP flows of this kernel under a class's control (`--ipc bpf`). */
export { ack } from './ack.js';
export { agreement } from './agreement.js';
export { answer } from './answer.js';
export { load } from './load.js';
