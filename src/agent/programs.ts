import { createReportFactory, type ReportFactory } from '../algorithms/index.js';
import { checkPrimitives, ERROR, type ExtraPrimitive, MooringError } from '../base/index.js';
import { BYTES } from '../generated/wire.js';
import { CompileError, compile, type Program, type Scope } from '../program/index.js';
import { encodeMessage } from '../wire/index.js';
import type { ProgramLedger } from './ledger.js';
import { keyOf, type ProgramSource, sourceOf } from './program-key.js';
import { SAFE_PROGRAM } from './safe-program.js';

/** A program as the agent uses it: compiled once, its INSTALL encoded once. */
export interface AgentProgram {
  readonly uid: number;
  readonly program: Program;
  readonly scope: Scope;
  /** The whole INSTALL message. */
  readonly install: Uint8Array;
  /** Whether `Cwnd` is the window: a program may define a control register of that name. */
  readonly hasCwnd: boolean;
  /** How many fields its reports carry: report registers with an initial value, as libccp counts them. */
  readonly fields: number;
  readonly makeReport: ReportFactory;
  /** Whether it ever reports: one that does not is not waited for. */
  readonly reports: boolean;
}

/** All programs of an agent, each text once. */
export class ProgramBook {
  readonly #byKey = new Map<string, AgentProgram>();
  readonly #byUid = new Map<number, AgentProgram>();
  readonly #ledger: ProgramLedger;
  readonly #maxInstallBytes: number;
  readonly #primitives: readonly ExtraPrimitive[] | undefined;

  constructor(ledger: ProgramLedger, maxInstallBytes: number, primitives: readonly ExtraPrimitive[] | undefined) {
    this.#ledger = ledger;
    this.#maxInstallBytes = maxInstallBytes;
    this.#primitives = primitives && checkPrimitives(primitives);
  }

  /** Throws CompileError, or MOORING_ERR_AGENT_PROGRAM_TOO_LARGE. */
  add(source: ProgramSource): AgentProgram {
    const key = keyOf(source);
    const known = this.#byKey.get(key);
    if (known) return known;
    const primitives = this.#primitives === undefined ? {} : { primitives: this.#primitives };
    const compiled = compile(source.text, { reportCwnd: source.reportCwnd, ...primitives });
    if (!compiled.ok) throw new CompileError(compiled.diagnostics, source.text);
    const { program, scope } = compiled;
    const rows = program.rows();
    const bytes = BYTES.INSTALL_HEAD + rows.length;
    if (bytes > this.#maxInstallBytes) {
      throw new MooringError(
        ERROR.MOORING_ERR_AGENT_PROGRAM_TOO_LARGE,
        `The program's INSTALL takes ${bytes} bytes; this datapath takes ${this.#maxInstallBytes}.`,
        { bytes, maxBytes: this.#maxInstallBytes },
      );
    }
    // A text that does not compile takes no uid, so that uid 1, which empties a datapath's table, always
    // exists.
    const uid = this.#ledger.uidOf(key);
    const entry: AgentProgram = {
      uid,
      program,
      scope,
      install: encodeMessage({
        type: 'install',
        sid: 0,
        programUid: uid,
        events: program.events,
        instructions: program.instructions,
        rows,
      }),
      hasCwnd: scope.get('Cwnd')?.kind !== 'control',
      fields: scope.reports.filter(({ init }) => init !== undefined).length,
      makeReport: createReportFactory(uid, scope, source.text),
      reports: program.reports,
    };
    this.#byKey.set(key, entry);
    this.#byUid.set(uid, entry);
    return entry;
  }

  /** The program with that uid, compiled here if another thread was first to. */
  get(uid: number): AgentProgram | undefined {
    const known = this.#byUid.get(uid);
    if (known) return known;
    const key = this.#ledger.keyOf(uid);
    return key === undefined ? undefined : this.add(sourceOf(key));
  }

  /** The program of uid 1, with which a datapath's table begins. */
  first(): AgentProgram {
    return this.get(1) ?? this.add({ text: SAFE_PROGRAM, reportCwnd: false });
  }

  get size(): number {
    return this.#byUid.size;
  }
}

/** Throws MOORING_ERR_AGENT_PROGRAM_TABLE_FULL for more declared programs than a datapath holds. */
export function checkSlots(declared: number, programSlots: number): void {
  if (declared <= programSlots) return;
  throw new MooringError(
    ERROR.MOORING_ERR_AGENT_PROGRAM_TABLE_FULL,
    `The algorithms declare ${declared} programs; a datapath holds ${programSlots}. Declare fewer, or raise programSlots.`,
    { declared, programSlots },
  );
}
