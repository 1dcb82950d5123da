import type { Command } from 'commander';
import { addAgent } from './agent.js';
import { addBench } from './bench.js';
import { addCompile } from './compile.js';
import { addDatapath } from './datapath.js';
import { addDoctor } from './doctor.js';
import { addPcap } from './pcap.js';
import { addReplay } from './replay.js';
import { addSim } from './sim.js';
import { addStart } from './start.js';
import { addTestbed } from './testbed.js';
import { addTwine } from './twine.js';

/** Every verb, in the order of `mooring --help`. Each is one file that adds itself to the program. */
export const verbs: ReadonlyArray<(program: Command) => void> = [
  addStart,
  addCompile,
  addSim,
  addAgent,
  addDatapath,
  addReplay,
  addPcap,
  addTwine,
  addTestbed,
  addBench,
  addDoctor,
];
