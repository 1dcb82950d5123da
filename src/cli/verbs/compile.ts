import { open } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { ERROR } from '../../base/index.js';
import { LIMIT } from '../../generated/isa.js';
import { fileFailure } from '../../node/files/index.js';
import {
  type CompileOptions,
  type CompileResult,
  compile,
  disassemble,
  disassembleBpf,
  type Program,
  printProgram,
  programToBpf,
  programToWasm,
  type ScopeEntry,
} from '../../program/index.js';
import { describeDiagnostics } from '../excerpt.js';
import { EXIT } from '../exit-codes.js';
import { UsageError } from '../failure.js';
import { readLines } from '../jsonl.js';
import { print, printJson, tell, writeResult } from '../output.js';
import { PRIMITIVES_ABOUT, PRIMITIVES_FLAG, readPrimitives } from '../primitives.js';
import { wholeNumber } from '../values.js';

interface Options extends Omit<CompileOptions, 'primitives'> {
  readonly primitives?: string;
  readonly hex?: boolean;
  readonly disasm?: boolean;
  readonly print?: boolean;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly wasm?: string;
  readonly bpf?: string;
  readonly bpfDisasm?: boolean;
}

const FORMATS = ['hex', 'disasm', 'print', 'json', 'jsonl', 'wasm', 'bpf', 'bpfDisasm'];

/** A program of 1 MiB, each byte of it escaped, with its id. */
const MAX_LINE_BYTES = 8 * LIMIT.SOURCE_BYTES;

const HELP = `
Diagnostics go to standard error as file:line:column code message, with the place in the source.
Exit code: 0 compiled (warnings included), 1 the program has errors, 2 bad usage or no such file.
--jsonl ends with 1 where a line is not an object with a source; a program with errors is an answer.

Examples:
  mooring compile aimd.ccp
  mooring compile aimd.ccp --json | jq .rows
  mooring compile aimd.ccp --bpf-disasm
  echo '(def) (when true (report))' | mooring compile - --hex`;

export function addCompile(command: Command): void {
  const format = (flags: string, description: string, name: string) =>
    new Option(flags, description).conflicts(FORMATS.filter((other) => other !== name));
  command
    .argument('[file]', 'the program; - reads standard input')
    .addOption(
      format('--disasm', 'print the instructions for people (this is what happens without any of these)', 'disasm'),
    )
    .addOption(format('--hex', 'print the rows of an INSTALL in hex: events, then instructions', 'hex'))
    .addOption(format('--print', 'print the program in the one layout, with its comments', 'print'))
    .addOption(format('--wasm <out>', "write the JIT engine's WebAssembly module to a file", 'wasm'))
    .addOption(format('--bpf <out>', 'write eBPF instructions for a Linux kernel to a file, 8 bytes each', 'bpf'))
    .addOption(format('--bpf-disasm', 'print them for people', 'bpfDisasm'))
    .addOption(format('--json', 'print one JSON document: rows and names, or diagnostics', 'json'))
    .addOption(
      format(
        '--jsonl',
        'read lines {id, source} on standard input, write lines {id, events, instrs, rows} or {id, diagnostics}',
        'jsonl',
      ),
    )
    .option('--uid <number>', 'program_uid of the program', wholeNumber(1, 0xffff_ffff))
    .option('--report-cwnd', 'add the hidden report fields __cwnd and __rate')
    .option(PRIMITIVES_FLAG, PRIMITIVES_ABOUT)
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, options: Options) => {
      if (options.jsonl) {
        if (file !== undefined && file !== '-')
          throw new UsageError('--jsonl reads standard input: leave the file out');
        await compileLines(compileOptions(options));
      } else if (file === undefined) {
        throw new UsageError('which program? give a file, or - for standard input');
      } else {
        await compileFile(file, options);
      }
    });
}

async function compileFile(file: string, options: Options): Promise<void> {
  const bytes = await readSource(file);
  const result = compile(bytes, compileOptions(options));
  const diagnostics = result.ok ? result.warnings : result.diagnostics;
  if (!result.ok) process.exitCode = EXIT.FAILED;
  if (options.json) {
    await printJson(document(result));
    return;
  }
  if (diagnostics.length > 0) {
    const name = file === '-' ? '<stdin>' : file;
    const source = new TextDecoder().decode(bytes);
    tell(describeDiagnostics(name, source, diagnostics, process.stderr.isTTY === true).trimEnd());
  }
  if (!result.ok) return;
  const { program } = result;
  if (options.wasm !== undefined) await writeResult(options.wasm, programToWasm(program));
  else if (options.bpf !== undefined) await writeResult(options.bpf, programToBpf(program).instructions);
  else if (options.bpfDisasm) await print(`${disassembleBpf(programToBpf(program).instructions)}\n`);
  else if (options.print) await print(printProgram(program));
  else if (options.hex) await print(`${hexRows(program).join('\n')}\n`);
  else await print(`${disassemble(program)}\n`);
}

function compileOptions({ uid, reportCwnd, primitives }: Options): CompileOptions {
  const given = { uid, reportCwnd, primitives: primitives === undefined ? undefined : readPrimitives(primitives) };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** What --json prints. */
function document(result: CompileResult): object {
  if (!result.ok) return { ok: false, diagnostics: result.diagnostics };
  const { program, scope, warnings } = result;
  const entries = (list: readonly ScopeEntry[]) => list.map((entry) => ({ ...entry }));
  return {
    ok: true,
    uid: program.uid,
    ...rowsOf(program),
    extensions: program.extensions,
    reports: entries(scope.reports),
    controls: entries(scope.controls),
    locals: entries(scope.locals),
    warnings,
  };
}

function rowsOf(program: Program): { events: number; instrs: number; rows: string[] } {
  return { events: program.events, instrs: program.instructions, rows: hexRows(program) };
}

function hexRows(program: Program): string[] {
  const rows = Buffer.from(program.rows());
  return Array.from({ length: rows.length / LIMIT.ROW_BYTES }, (_, i) =>
    rows.toString('hex', i * LIMIT.ROW_BYTES, (i + 1) * LIMIT.ROW_BYTES),
  );
}

async function compileLines(options: CompileOptions): Promise<void> {
  for await (const line of readLines(process.stdin, MAX_LINE_BYTES)) {
    const answer = 'text' in line ? compileLine(line.text, options) : { error: 'the line is too long' };
    if ('error' in answer) process.exitCode = EXIT.FAILED;
    const text = JSON.stringify('error' in answer ? { line: line.number, ...answer } : answer);
    await print(`${text}\n`);
  }
}

function compileLine(text: string, options: CompileOptions): object {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    return { error: `not JSON: ${(error as Error).message}` };
  }
  const { id, source } = Object(record) as { id?: unknown; source?: unknown };
  if (typeof source !== 'string') return { id, error: 'not an object {id, source} with a text as source' };
  const result = compile(source, options);
  return result.ok ? { id, ...rowsOf(result.program) } : { id, diagnostics: result.diagnostics };
}

/** The bytes of a file, one more than a program may have at most. */
async function readSource(file: string): Promise<Uint8Array> {
  if (file === '-') return readStart(process.stdin);
  const refuse = (cause: unknown): never => {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNREADABLE, file, cause);
  };
  const handle = await open(file).catch(refuse);
  try {
    return await readStart(handle.createReadStream({ autoClose: false })).catch(refuse);
  } finally {
    await handle.close();
  }
}

async function readStart(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LIMIT.SOURCE_BYTES) break;
  }
  return Buffer.concat(chunks);
}
