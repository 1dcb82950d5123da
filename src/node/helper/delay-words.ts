import { lineFields, notOurs, optionWords } from './verb-words.js';

/** What `mooring-helper delay` is to do. */
export interface DelayOptions {
  a: string;
  b: string;
  /** Names in /run/netns, or paths; by default the name space the helper runs in. */
  aNetns?: string;
  bNetns?: string;
  /** One way, in µs; `backDelayUs` is the way from b to a where it differs. */
  delayUs: number;
  backDelayUs?: number;
  /** Room for waiting frames, each way; default 64 MiB. */
  queueBytes?: number;
  user?: string;
  withParent?: boolean;
}

/** A line of `mooring-helper delay` on stdout. */
export type DelayLine =
  | { event: 'ready' }
  | {
      event: 'counters' | 'end';
      direction: string;
      received: number;
      sent: number;
      /** No room in the queue or at the far interface. */
      dropped: number;
      /** Frames the far interface cannot carry. */
      refused: number;
      waiting: number;
    };

/** The helper's words for a delay between two interfaces. */
export function delayArguments(options: DelayOptions): string[] {
  return [
    'delay',
    ...optionWords({
      a: options.a,
      b: options.b,
      'a-netns': options.aNetns,
      'b-netns': options.bNetns,
      delay: options.delayUs,
      'back-delay': options.backDelayUs,
      queue: options.queueBytes,
      user: options.user,
      'with-parent': options.withParent,
    }),
  ];
}

/** Reads one line of the delay's stdout. Throws MOORING_ERR_HELPER_PROTOCOL for any other. */
export function parseDelayLine(line: string): DelayLine {
  const { event, text, number } = lineFields(line);
  if (event === 'ready') return { event };
  if (event !== 'counters' && event !== 'end') throw notOurs(line);
  const [received, sent, dropped, refused] = [number('received'), number('sent'), number('dropped'), number('refused')];
  return { event, direction: text('direction'), received, sent, dropped, refused, waiting: number('waiting') };
}
