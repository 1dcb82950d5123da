import { formatDuration, formatRate, formatSize } from '../../base/index.js';
import { replayCapture } from '../../capture/index.js';
import { describeCode } from '../../datapath/index.js';
import { openCaptureFiles } from '../../node/capture/index.js';
import { readTextFile } from '../../node/files/index.js';
import { CompileError, compile, formatDiagnostic } from '../../program/index.js';
import { columnsOf, print, printCsv, printJson, tell } from '../output.js';
import { table } from '../table.js';
import { type PcapOptions, startRun } from './options.js';

export interface ReplayCliOptions extends PcapOptions {
  readonly program: string;
  readonly flow: number;
  readonly direction?: 'forward' | 'backward';
}

const LINES = 40;

export async function showReplay(files: readonly string[], options: ReplayCliOptions): Promise<void> {
  const program = readProgram(options.program);
  const capture = await openCaptureFiles(files);
  const run = startRun(options);
  const side = options.direction ? { direction: options.direction } : {};
  const result = await run.until(
    replayCapture(capture, { ...run.options, program, connection: options.flow, ...side }),
  );
  const { connection, direction, invocations, reports, errors, decisions } = result;
  const { lost } = connection[direction];
  for (const [code, count] of Object.entries(errors)) {
    tell(`mooring: warning: ${count} invocations ended with ${code}: ${describeCode(Number(code))}`);
  }
  if (options.json) {
    const flow = { number: connection.number, src: connection.src, srcPort: connection.srcPort };
    const to = { dst: connection.dst, dstPort: connection.dstPort };
    return printJson({ flow: { ...flow, ...to }, direction, lost, invocations, errors, reports, decisions });
  }
  if (options.csv) return printCsv(reports, columnsOf(reports[0] ?? { timeUs: 0 }));
  await print(
    `flow ${connection.number}: ${connection.src} ${connection.srcPort} → ${connection.dst} ${connection.dstPort}, data ${direction}\n` +
      `${invocations} ACKs, ${reports.length} reports; lost here ${lost.here}, lost before here ${lost.beforeHere}\n`,
  );
  const last = decisions.timeUs.length - 1;
  if (last >= 0) {
    const rate = decisions.rateBytesPerSecond[last]!;
    await print(
      `last window ${formatSize(decisions.cwndBytes[last]!)}${rate ? `, rate ${formatRate(rate)}` : ''}, set ${last + 1} times\n`,
    );
  }
  if (reports.length === 0) return;
  const names = Object.keys(reports[0]!.fields);
  const rows = reports
    .slice(0, LINES)
    .map(({ timeUs, fields }) => [formatDuration(timeUs), ...names.map((name) => String(fields[name]))]);
  await print(`\n${table(['time', ...names], rows)}`);
  if (reports.length > LINES) await print(`\n… ${reports.length - LINES} more: --json and --csv have all of them\n`);
}

// Diagnostics as `mooring compile` shows them, then exit code 1.
function readProgram(path: string) {
  const compiled = compile(readTextFile(path));
  if (compiled.ok) return compiled.program;
  for (const diagnostic of compiled.diagnostics) tell(formatDiagnostic(diagnostic, path));
  throw new CompileError(compiled.diagnostics);
}
