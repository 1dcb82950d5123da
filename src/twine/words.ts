/**
 * The shared-memory words between Twine and the user's program. Twine's protocol is the first five
 * bytes; a program that knows only those works unchanged. The other three are ours, each written
 * by one side alone:
 *
 * ```text
 *  0   1   2   3   4   5           6        7
 *  s   t   a   r   t   heartbeat   status   user done
 *  s   t   o   p   0
 * ```
 */
export const SHARED_MEMORY_BYTES = 8;

/** Names are this and a number from 0 to 99. */
export const SHARED_MEMORY_PREFIX = 'SynchTwine_SU';

/** What can name a segment, a file in one folder: no slash, and no name that means a folder. */
export const SEGMENT_NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,200}$/;

/** Byte 5: Twine adds 1 (1 … 255, never 0) every {@link HEARTBEAT_US}; 0 says it has none. */
export const HEARTBEAT_AT = 5;
/** Byte 6: see {@link SESSION_STATUS}. */
export const STATUS_AT = 6;
/** Byte 7: 1 when the user's program has let go; whoever is last removes the segment. */
export const USER_DONE_AT = 7;

export const SESSION_STATUS = { running: 0, ended: 1, failed: 2 } as const;

export const HEARTBEAT_US = 1e6;
/** A heart that has beaten and stands still this long has stopped. */
export const HEARTBEAT_LOST_US = 5e6;

/** The two words of the protocol. */
export type TwineWord = 'start' | 'stop';

/** The bytes to write at offset 0, in order: the five bytes are cleared before `stop`, as the original does. */
export function wordWrites(word: TwineWord): readonly Uint8Array[] {
  const bytes = Uint8Array.from(word, (letter) => letter.charCodeAt(0));
  return word === 'start' ? [bytes] : [new Uint8Array(5), bytes];
}

/** Whether the segment's first bytes are `word`. */
export function hasWord(segment: Uint8Array, word: TwineWord): boolean {
  return segment.length >= word.length && [...word].every((letter, at) => segment[at] === letter.charCodeAt(0));
}

/** The heartbeat after `beat`. */
export function nextBeat(beat: number): number {
  return (beat % 255) + 1;
}
