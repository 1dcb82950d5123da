import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { addEndOptions, addPcapOptions } from '../pcap/options.js';
import { parsePixels } from '../pcap/pixels.js';
import { PICTURE_HELP } from '../picture.js';
import { STORE_HELP } from '../store.js';
import { duration, parsedBy, wholeNumber } from '../values.js';

const JOBS_HELP = 'workers of a queue read them (`mooring worker --root`): redis://HOST[:PORT], rediss://… over TLS';
const flowNumber = wholeNumber(1);

export function addPcap(pcap: Command): void {
  addPcapOptions(
    pcap.command('info').description('what is in the captures: packets, protocols, interfaces, losses'),
  ).action(async (files, options) => (await import('../pcap/info.js')).showInfo(files, options));
  addPcapOptions(pcap.command('flows').description('TCP connections: retransmissions, RTT, throughput, window'))
    .option('--flow <number>', 'only this connection, with every figure', flowNumber)
    .option('--top <count>', 'connections in the table, the busiest first (default 20)', wholeNumber(1))
    .option('--max-connections <count>', 'connections kept apart (default 65536)', wholeNumber(1))
    .action(async (files, options) => (await import('../pcap/flows.js')).showFlows(files, options));
  addPcapOptions(pcap.command('series').description('throughput over time; of one flow also RTT, in flight and marks'))
    .option('--flow <number>', 'this connection: throughput, goodput, in flight, RTT', flowNumber)
    .option('--bin <duration>', 'bin width such as 10ms; doubled while the capture does not fit 4096 bins', duration(1))
    .option('--marks', 'with --flow: data, ACK, SACK, resent and RTT marks of the time–sequence graph')
    .option(
      '--pixels <size>',
      'with --marks: at most one mark of a kind per pixel of a plot such as 1200x600',
      parsedBy(parsePixels),
    )
    .option('--svg <file>', PICTURE_HELP.svg)
    .option('--png <file>', PICTURE_HELP.png)
    .option('--xpl <folder>', "with --flow: write its graphs as files for xplot, as tcptrace's -G does")
    .action(async (files, options) => (await import('../pcap/series.js')).showSeries(files, options));
  addPcapOptions(
    pcap.command('limits').description('what limited each flow: application, windows, losses, pacing, startup'),
  )
    .option('--flow <number>', 'only this connection, interval by interval', flowNumber)
    .option('--top <count>', 'directions in the table, the longest first (default 20)', wholeNumber(1))
    .action(async (files, options) => (await import('../pcap/limits.js')).showLimits(files, options));
  const compare = pcap
    .command('compare')
    .description('two captures of one path: delay each way, clocks joined, losses and reordering between the points')
    .argument('<a>', 'the capture at one point: a file, a folder or archive of Twine')
    .argument('<b>', 'the capture at the other point, of the same time')
    .option('--json', 'print one JSON document')
    .addOption(new Option('--csv', 'print comma-separated values with a header line, a line a bin').conflicts('json'));
  addEndOptions(compare)
    .option('--bin <duration>', 'bin width such as 10ms; by default up to 1000 bins', duration(1))
    .option('--svg <file>', PICTURE_HELP.svg)
    .option('--png <file>', PICTURE_HELP.png)
    .option('--same-clock', 'one clock made both captures: estimate no offset and no drift')
    .option('--no-progress', 'no progress on stderr')
    .action(async (a, b, options) => (await import('../pcap/compare.js')).showComparison(a, b, options));
  addPcapOptions(
    pcap
      .command('dataset')
      .description(
        'flows, series, marks and echoes of many captures as Parquet, for `mooring query`, DuckDB and the like',
      ),
    'captures, or folders of them: pcap or pcapng, plain, .gz, .zst, .tar, .tgz',
  )
    .requiredOption('--out <folder>', 'the dataset: what is whole in it and unchanged is not read again')
    .option('--top <count>', 'flows with series and marks of each capture, the busiest (default 10)', wholeNumber(0))
    .option('--bin <duration>', 'bin width such as 10ms; doubled while a capture does not fit 4096 bins', duration(1))
    .option('--max-marks <count>', 'marks kept of each capture (default 1000000)', wholeNumber(0, 10_000_000))
    .addOption(
      new Option('--join <files>', 'files that are one capture: rotated by tcpdump or dumpcap, all of a folder, none')
        .choices(['rotated', 'folder', 'none'])
        .default('rotated'),
    )
    .option(
      '--workers <n>',
      'captures read at a time, each on a thread of its own',
      wholeNumber(1),
      availableParallelism(),
    )
    .option('--jobs <queue>', JOBS_HELP)
    .option(
      '--root <folder>',
      'with --jobs: the folder that workers see too, as their --root; by default the one given',
    )
    .option('--store <store>', STORE_HELP)
    .option('--priority <n>', 'with --jobs: 1 goes first, 1000 last', wholeNumber(1, 1000), 100)
    .action(async (files, options) => (await import('../pcap/dataset.js')).makeDataset(files, options));
  const watch = pcap
    .command('watch')
    .description('the analysis of flows while packets come, from an interface or a pipe; Ctrl-C ends it')
    .argument('<interface>', 'an interface of this machine, or - for a capture on standard input (tcpdump -U -w -)')
    .option('--json', 'at the end print one JSON document, as flows does')
    .addOption(new Option('--csv', 'at the end print comma-separated values, as flows does').conflicts('json'));
  addEndOptions(watch)
    .option('--ignore-tunnels', 'equal addresses in two VLANs, VNIs, labels, keys or TEIDs are one connection')
    .option('--duration <duration>', 'end after this long', duration(1))
    .option('--every <duration>', 'how often it is shown (default 1s)', duration(10_000))
    .option('--top <count>', 'connections shown, the busiest first (default 20)', wholeNumber(1))
    .option('--snap <bytes>', 'of an interface: bytes kept of each frame (default all)', wholeNumber(64, 262_144))
    .option('--write <file>', 'also write the packets to a file, as they come')
    .option('--max-connections <count>', 'connections kept apart (default 65536)', wholeNumber(1))
    .option('--no-progress', 'show nothing before the end')
    .action(async (target, options) => (await import('../pcap/watch.js')).showWatch(target, options));
  addPcapOptions(pcap.command('replay').description('run a datapath program on the ACKs of a captured flow'))
    .requiredOption('--program <file>', 'the program, as mooring compile takes it')
    .requiredOption('--flow <number>', 'the connection: mooring pcap flows lists them', flowNumber)
    .addOption(
      new Option('--direction <side>', 'whose data; the busier side where not given').choices(['forward', 'backward']),
    )
    .action(async (files, options) => (await import('../pcap/replay.js')).showReplay(files, options));
  addPcapOptions(pcap.command('echo').description('ICMP echo requests and their replies')).action(
    async (files, options) => (await import('../pcap/echo.js')).showEcho(files, options),
  );
}
