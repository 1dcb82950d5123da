/**
 * The figures and tables of "Restructuring Endpoint Congestion Control" (Narayan et al., SIGCOMM 2018) made again, each
 * beside the paper's number: by simulation, or over real sockets where a datapath can be had. In: which, how large.
 * Out: findings and curves as plain values; how they are shown is the command's and the page's.
 */
import { bbr } from './bbr.js';
import { completion } from './completion.js';
import { cubicWindows } from './cubic-windows.js';
import type { Figure } from './figure.js';
import { incast } from './incast.js';
import { ipc } from './ipc.js';
import { scaling } from './scaling.js';
import { table1 } from './table1.js';
import { throughputDelay } from './throughput-delay.js';

export { runEcho } from './echo.js';
export type { Figure, FigureChart, FigureResult, Finding, Verdict } from './figure.js';
export type { EchoArguments } from './ipc.js';
export type { Workbench } from './workbench.js';

/** In the order of the paper. */
export const FIGURES: readonly Figure[] = [
  table1,
  bbr,
  cubicWindows,
  throughputDelay,
  completion,
  ipc,
  scaling,
  incast,
];
