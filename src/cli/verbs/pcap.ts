import { type Command, Option } from 'commander';
import { showEcho } from '../pcap/echo.js';
import { showFlows } from '../pcap/flows.js';
import { showInfo } from '../pcap/info.js';
import { addPcapOptions, collectNumber } from '../pcap/options.js';
import { showReplay } from '../pcap/replay.js';
import { showSeries } from '../pcap/series.js';

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
  addPcapOptions(pcap.command('series').description('throughput over time; of one flow also RTT, in flight and marks'))
    .option('--flow <number>', 'this connection: throughput, goodput, in flight, RTT', collectNumber('--flow'))
    .option('--bin <duration>', 'bin width such as 10ms; doubled while the capture does not fit 4096 bins')
    .option('--marks', 'with --flow: data, ACK, SACK, resent and RTT marks of the time–sequence graph')
    .option('--pixels <size>', 'with --marks: at most one mark of a kind per pixel of a plot such as 1200x600')
    .action(showSeries);
  addPcapOptions(pcap.command('replay').description('run a datapath program on the ACKs of a captured flow'))
    .requiredOption('--program <file>', 'the program, as mooring compile takes it')
    .requiredOption('--flow <number>', 'the connection: mooring pcap flows lists them', collectNumber('--flow'))
    .addOption(
      new Option('--direction <side>', 'whose data; the busier side where not given').choices(['forward', 'backward']),
    )
    .action(showReplay);
  addPcapOptions(pcap.command('echo').description('ICMP echo requests and their replies')).action(showEcho);
}
