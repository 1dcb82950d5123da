export interface KilledOptions {
  readonly flows: number;
  readonly rounds: number;
  readonly workers?: number;
  readonly agent?: 'mooring' | 'relayed' | 'portus';
  readonly datapath?: 'mooring' | 'libccp';
  readonly seed?: number;
}

export interface Killed {
  /** From the start of the process that took the killed one's place until every flow was controlled, ms. */
  readonly tookMs: Readonly<Record<'agent' | 'datapath', readonly number[]>> & { readonly helper?: readonly number[] };
  readonly agentThereMs: readonly number[];
}

export function killAtRandom(options: KilledOptions): Promise<Killed>;
