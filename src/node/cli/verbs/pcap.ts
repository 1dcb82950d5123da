import type { Command } from 'commander';
import { showEcho } from '../pcap/echo.js';
import { showFlows } from '../pcap/flows.js';
import { showInfo } from '../pcap/info.js';
import { addPcapOptions, collectNumber } from '../pcap/options.js';

export function addPcap(program: Command): void {
  const pcap = program
    .command('pcap')
    .description('analyse packet captures, also straight from .gz, .zst, .tar and .tgz');
  addPcapOptions(
    pcap.command('info').description('what is in the captures: packets, protocols, interfaces, losses'),
  ).action(showInfo);
  addPcapOptions(pcap.command('flows').description('TCP connections: retransmissions, RTT, throughput, window'))
    .option('--flow <number>', 'only this connection, with every figure', collectNumber('--flow'))
    .option('--top <count>', 'connections in the table, the busiest first (default 20)', collectNumber('--top'))
    .option('--max-connections <count>', 'connections kept apart (default 65536)', collectNumber('--max-connections'))
    .action(showFlows);
  addPcapOptions(pcap.command('echo').description('ICMP echo requests and their replies')).action(showEcho);
}
