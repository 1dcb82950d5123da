import { type Algorithm, declaredPrograms } from '../algorithms/index.js';
import { ERROR, MooringError } from '../base/index.js';
import type { AgentProgram, ProgramBook } from './programs.js';

/** An algorithm under its name, with the programs it declares. */
export interface RegisteredAlgorithm {
  readonly name: string;
  readonly algorithm: Algorithm;
  readonly programs: ReadonlyMap<string, AgentProgram>;
}

/** The algorithms of an agent: a flow gets the one it names, else the default. */
export class AlgorithmRegistry {
  readonly #byName = new Map<string, RegisteredAlgorithm>();
  readonly #fallback: RegisteredAlgorithm;

  /** Throws MOORING_ERR_AGENT_UNKNOWN_ALGORITHM, CompileError and what `datapathPrograms` throws. */
  constructor(algorithms: Readonly<Record<string, Algorithm>>, fallback: string | undefined, book: ProgramBook) {
    const names = Object.keys(algorithms);
    const chosen = fallback ?? names[0];
    if (chosen === undefined || !Object.hasOwn(algorithms, chosen)) {
      throw new MooringError(
        ERROR.MOORING_ERR_AGENT_UNKNOWN_ALGORITHM,
        names.length === 0
          ? 'An agent needs at least one algorithm.'
          : `No algorithm is called ${chosen}; there are ${names.join(', ')}.`,
        { name: chosen, known: names },
      );
    }
    for (const name of names) {
      const algorithm = algorithms[name]!;
      const programs = Object.entries(declaredPrograms(algorithm)).map(
        ([program, text]) => [program, book.add({ text, reportCwnd: false })] as const,
      );
      this.#byName.set(name, { name, algorithm, programs: new Map(programs) });
    }
    this.#fallback = this.#byName.get(chosen)!;
  }

  choose(congAlg: string | undefined): RegisteredAlgorithm {
    return (congAlg === undefined ? undefined : this.#byName.get(congAlg)) ?? this.#fallback;
  }

  /** Every declared program, each once. */
  declared(): ReadonlySet<AgentProgram> {
    return new Set([...this.#byName.values()].flatMap(({ programs }) => [...programs.values()]));
  }
}
