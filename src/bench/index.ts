/**
 * What `mooring bench` measures: a bench to a room, each against the floors it has to hold. Numbers
 * are compared within one run only; how a bench repeats and reports is bench.ts.
 */
import type { Bench } from './bench.js';
import { compile } from './compile.js';
import { dataset } from './dataset.js';
import { gather } from './gather.js';
import { ipc } from './ipc.js';
import { jobs } from './jobs.js';
import { ack, agreement, answer, load } from './kernel/index.js';
import { pcap } from './pcap.js';
import { sim } from './sim.js';
import { studio } from './studio.js';
import { vm } from './vm.js';

export { type Bench, type BenchResult, type Floor, holds, type Originals } from './bench.js';
export { timeInvocations } from './vm-case.js';

/** Every bench, in the order `mooring bench` runs them. */
export const benches: readonly Bench[] = [
  ...[vm, compile, sim, pcap, ipc, gather, jobs, dataset, studio],
  ...[agreement, load, ack, answer],
];
