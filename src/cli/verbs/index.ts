import type { Command } from 'commander';

/** A verb: what `mooring --help` says of it, and how it is loaded when it is called. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  /**
   * Gives what adds arguments, options and action to the verb's command. `whole` is the program with every verb
   * loaded, for the verb that is about all of them.
   */
  readonly load: () => Promise<(command: Command, whole: () => Promise<Command>) => void>;
}

/** Every verb, in the order of `mooring --help`. Each is one file that is loaded when it is called. */
export const VERBS: readonly Verb[] = [
  {
    name: 'start',
    summary: 'the first thing to run: two flows of the AIMD example over 12 Mbit/s, 40 ms, one BDP of queue, 60 s',
    load: async () => (await import('./start.js')).addStart,
  },
  {
    name: 'studio',
    summary: 'a page to write, run, open and watch: simulations and captures with linked views, served to this machine',
    load: async () => (await import('./studio.js')).addStudio,
  },
  {
    name: 'compile',
    summary: 'compile a datapath program, or say what is wrong with it',
    load: async () => (await import('./compile.js')).addCompile,
  },
  {
    name: 'sim',
    summary: 'simulate flows over a link: a scenario file, a preset, or options',
    load: async () => (await import('./sim.js')).addSim,
  },
  {
    name: 'sweep',
    summary: 'results folders of sweeps: those of one sweep that was done in pieces, put together',
    load: async () => (await import('./sweep.js')).addSweep,
  },
  {
    name: 'worker',
    summary: 'do runs of sweeps that stand in a queue (`sim --jobs`), until Ctrl-C',
    load: async () => (await import('./worker.js')).addWorker,
  },
  {
    name: 'compare',
    summary: 'algorithms on a suite of networks: alone, ranked, and beside each other',
    load: async () => (await import('./compare.js')).addCompare,
  },
  {
    name: 'agent',
    summary: 'run the CCP agent: congestion control for the datapaths of this machine, until Ctrl-C',
    load: async () => (await import('./agent.js')).addAgent,
  },
  {
    name: 'flows',
    summary: 'the flows of this kernel that are under control (`agent --ipc bpf`), as they stand now (root)',
    load: async () => (await import('./flows.js')).addFlows,
  },
  {
    name: 'datapath',
    summary: 'simulated flows behind a real socket in real time, for any CCP agent to drive, until Ctrl-C',
    load: async () => (await import('./datapath.js')).addDatapath,
  },
  {
    name: 'replay',
    summary: 'feed the traffic of `mooring agent --record` to an algorithm again, and compare what it says',
    load: async () => (await import('./replay.js')).addReplay,
  },
  {
    name: 'pcap',
    summary: 'analyse packet captures, also straight from .gz, .zst, .tar and .tgz',
    load: async () => (await import('./pcap.js')).addPcap,
  },
  {
    name: 'query',
    summary: 'ask a dataset of captures or the results of a sweep in SQL, by DuckDB where it is installed',
    load: async () => (await import('./query.js')).addQuery,
  },
  {
    name: 'twine',
    summary: 'capture campaigns: mirror switch ports, record, bring home',
    load: async () => (await import('./twine.js')).addTwine,
  },
  {
    name: 'testbed',
    summary: 'a testbed in one machine: sites, switches, nodes and port mirrors from Linux namespaces (root)',
    load: async () => (await import('./testbed.js')).addTestbed,
  },
  {
    name: 'fabric',
    summary: 'the FABRIC testbed: check a slice before it is asked for, rehearse against a stand-in',
    load: async () => (await import('./fabric.js')).addFabric,
  },
  {
    name: 'bench',
    summary: 'measure this machine',
    load: async () => (await import('./bench.js')).addBench,
  },
  {
    name: 'figures',
    summary: "a paper's figures made again, each beside the paper's number",
    load: async () => (await import('./figures.js')).addFigures,
  },
  {
    name: 'helper',
    summary: 'the part in C that opens sockets: which one is used here, and compiling it',
    load: async () => (await import('./helper.js')).addHelper,
  },
  {
    name: 'doctor',
    summary: 'say what this machine can do, what for, and how to get the rest',
    load: async () => (await import('./doctor.js')).addDoctor,
  },
  {
    name: 'docs',
    summary: 'the guides: a list of them, or one of them as Markdown',
    load: async () => (await import('./docs.js')).addDocs,
  },
  {
    name: 'init',
    summary: 'write an algorithm to start from, with its test and a scenario, or a testbed',
    load: async () => (await import('./init.js')).addInit,
  },
  {
    name: 'completion',
    summary: 'a script that completes verbs, options and values in bash, zsh or fish',
    load: async () => (await import('./completion.js')).addCompletion,
  },
];
