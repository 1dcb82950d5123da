import { sleep } from '../process/index.js';

const PAUSE_MS = 1_000;

export interface InsistOptions {
  /** What does not come about, as a line begins: `the queue does not take a result`. */
  readonly what: string;
  readonly tell: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Says which errors are an answer; they are thrown. */
  readonly isAnswer?: (error: unknown) => boolean;
}

/**
 * Asks until there is an answer: a queue may be away, load its file, or have a full disk. What is asked must bear to be asked
 * twice, since an answer can be lost. Undefined once `signal` aborted.
 */
export async function insist<T>(ask: () => Promise<T>, options: InsistOptions): Promise<T | undefined> {
  const { what, tell, signal, isAnswer = () => false } = options;
  for (let isTold = false; !signal?.aborted; ) {
    try {
      return await ask();
    } catch (error) {
      if (isAnswer(error)) throw error;
      // A connection that is lost is told by its link.
      const { message } = error as Error;
      if (!isTold && !/connection (is )?close/i.test(message)) {
        tell(`${what} and is asked again: ${message}`);
        isTold = true;
      }
      await sleep(PAUSE_MS);
    }
  }
  return undefined;
}
