import { randomInt } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { ERROR, MooringError } from '../../base/index.js';
import {
  HEARTBEAT_AT,
  HEARTBEAT_LOST_US,
  HEARTBEAT_US,
  hasWord,
  nextBeat,
  SEGMENT_NAME,
  SESSION_STATUS,
  SHARED_MEMORY_BYTES,
  SHARED_MEMORY_PREFIX,
  STATUS_AT,
  type TwineWord,
  USER_DONE_AT,
  wordWrites,
} from '../../twine/index.js';
import { sleep } from '../process/index.js';

const SEGMENTS = 100;
const POLL_MS = 50;

// A POSIX shared memory segment is a file under /dev/shm: reading and writing it reaches the same
// pages that other programs have mapped (tmpfs), so nothing native is needed.
const FOLDER = '/dev/shm';

/** How a wait ended: the word came, time ran out, or the session has failed or died. */
export type SynchResult = 'signal' | 'timeout' | 'failed';

/** The user's end of the segment that Twine signals through. */
export interface SharedMemory {
  /** The name to give to `multi_site_twine.sh` or `mooring twine run --shared-memory`. */
  readonly name: string;
  /** The eight bytes as they are now. */
  read(): Uint8Array;
  /** Lets go. The segment goes when both sides are done with it, whoever is last. */
  close(): void;
}

/**
 * Makes the segment a user's program and Twine meet in: `SynchTwine_SU<0…99>`, 8 bytes of zero,
 * for this user alone. Throws MOORING_ERR_BAD_ARGUMENT when a hundred are taken.
 *
 * @example
 * ```ts
 * try {
 *   const shm = createSharedMemory();
 *   console.log(shm.name);
 *   shm.close();
 * } catch (error) {
 *   console.log(String(error)); // no /dev/shm here
 * }
 * ```
 */
export function createSharedMemory(prefix: string = SHARED_MEMORY_PREFIX): SharedMemory {
  const first = randomInt(SEGMENTS);
  for (let turn = 0; turn < SEGMENTS; turn += 1) {
    const name = `${prefix}${(first + turn) % SEGMENTS}`;
    let file: number;
    try {
      file = openSync(
        segmentPath(name),
        constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
        0o600,
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw error;
    }
    writeSync(file, new Uint8Array(SHARED_MEMORY_BYTES), 0, SHARED_MEMORY_BYTES, 0);
    return {
      name,
      read: () => readSegment(file),
      close() {
        writeSync(file, Uint8Array.of(1), 0, 1, USER_DONE_AT);
        const twineSide = readSegment(file);
        // Twine removes it if it is still at work; else it never came, or has ended.
        if (twineSide[HEARTBEAT_AT] === 0 || twineSide[STATUS_AT] !== SESSION_STATUS.running) removeSegment(name, file);
        closeSync(file);
      },
    };
  }
  throw new MooringError(
    ERROR.MOORING_ERR_BAD_ARGUMENT,
    `all ${SEGMENTS} segments ${prefix}0 … ${prefix}${SEGMENTS - 1} exist; remove those nobody uses from ${FOLDER}`,
    { argument: 'prefix', prefix },
  );
}

/**
 * Waits until Twine says `word`, and tells that from running out of time and from a session that
 * failed or died, which it learns within a second, or a few when the process was killed.
 *
 * @example
 * ```ts
 * try {
 *   const shm = createSharedMemory();
 *   console.log(await synchTwine('start', shm, 0.1)); // timeout: nobody runs Twine here
 *   shm.close();
 * } catch (error) {
 *   console.log(String(error)); // no /dev/shm here
 * }
 * ```
 */
export async function synchTwine(word: TwineWord, shm: SharedMemory, timeoutSeconds = 1000): Promise<SynchResult> {
  const giveUpMs = performance.now() + timeoutSeconds * 1000;
  let beat = 0;
  let beatMs = performance.now();
  for (;;) {
    const segment = shm.read();
    const nowMs = performance.now();
    if (segment[STATUS_AT] === SESSION_STATUS.failed) return 'failed';
    if (hasWord(segment, word)) return 'signal';
    // It has ended without the word that was waited for, and will not say it any more.
    if (segment[STATUS_AT] === SESSION_STATUS.ended) return 'failed';
    if (segment[HEARTBEAT_AT] !== beat) {
      beat = segment[HEARTBEAT_AT]!;
      beatMs = nowMs;
    } else if (beat !== 0 && nowMs - beatMs > HEARTBEAT_LOST_US / 1000) return 'failed';
    if (nowMs >= giveUpMs) return 'timeout';
    await sleep(Math.min(POLL_MS, giveUpMs - nowMs));
  }
}

/** Sees that there is a segment of that name to signal through. Throws MOORING_ERR_BAD_ARGUMENT when there is none. */
export function requireSharedMemory(name: string): void {
  closeSync(openSegment(name));
}

/** Twine's end of the segment. */
export interface TwineSignal {
  say(word: TwineWord): void;
  fail(): void;
  /** Stops the heart and, when the user's program is done, removes the segment. */
  end(failed: boolean): void;
}

/** Opens the segment `name`, which the user's program has made. Throws MOORING_ERR_BAD_ARGUMENT when it has not. */
export function openTwineSignal(name: string): TwineSignal {
  const file = openSegment(name);
  const put = (at: number, value: number): void => {
    writeSync(file, Uint8Array.of(value), 0, 1, at);
  };
  put(STATUS_AT, SESSION_STATUS.running);
  let beat = 0;
  const pulse = (): void => {
    beat = nextBeat(beat);
    put(HEARTBEAT_AT, beat);
  };
  pulse();
  const heart = setInterval(pulse, HEARTBEAT_US / 1000);
  return {
    say(word) {
      for (const bytes of wordWrites(word)) writeSync(file, bytes, 0, bytes.length, 0);
    },
    fail: () => put(STATUS_AT, SESSION_STATUS.failed),
    end(failed) {
      clearInterval(heart);
      put(STATUS_AT, failed ? SESSION_STATUS.failed : SESSION_STATUS.ended);
      if (readSegment(file)[USER_DONE_AT] === 1) removeSegment(name, file);
      closeSync(file);
    },
  };
}

/** Tells the user's program that no session will come. Without such a segment nobody waits. */
export function announceFailure(name: string): void {
  try {
    const signal = openTwineSignal(name);
    signal.fail();
    signal.say('stop');
    signal.end(true);
  } catch {
    // nobody to tell
  }
}

function readSegment(file: number): Uint8Array {
  const segment = new Uint8Array(SHARED_MEMORY_BYTES);
  readSync(file, segment, 0, SHARED_MEMORY_BYTES, 0);
  return segment;
}

/** Where the segment of that name is. Throws MOORING_ERR_BAD_ARGUMENT for what is no name of a segment. */
function segmentPath(name: string): string {
  if (SEGMENT_NAME.test(name)) return `${FOLDER}/${name}`;
  throw refuse(name, 'is no name of shared memory: give letters, digits, "_", "-" and "."');
}

/** Opens a segment that is there. What is no segment, or another user's, is not touched: Twine often runs as root. */
function openSegment(name: string): number {
  const path = segmentPath(name);
  let file: number;
  try {
    // Anybody may put a link, or a FIFO that nobody writes, into the folder.
    file = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const detail = { argument: 'sharedMemory', name };
    const message = `there is no shared memory ${name} that can be opened; make it before the session starts (createSharedMemory)`;
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, detail, error);
  }
  const { size, uid, nlink } = fstatSync(file);
  const isRegular = fstatSync(file).isFile();
  if (isRegular && size === SHARED_MEMORY_BYTES && nlink === 1 && ownersOfSegments().has(uid)) return file;
  closeSync(file);
  throw refuse(name, `is no segment of yours: it is to be a file of ${SHARED_MEMORY_BYTES} bytes with one name`);
}

/** This process's user; under sudo the one who called it as well, whose program made the segment. */
function ownersOfSegments(): ReadonlySet<number> {
  const owners = new Set([process.geteuid?.() ?? -1]);
  const { SUDO_UID: caller } = process.env;
  if (owners.has(0) && caller !== undefined && /^\d{1,10}$/.test(caller)) owners.add(Number(caller));
  return owners;
}

function refuse(name: string, why: string, cause?: unknown): MooringError {
  const message = `shared memory ${JSON.stringify(name)} ${why}`;
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'sharedMemory', name }, cause);
}

/** Removes the segment that is open as `file`, and no other that has its name by now. */
function removeSegment(name: string, file: number): void {
  const path = segmentPath(name);
  const there = lstatSync(path, { throwIfNoEntry: false });
  const open = fstatSync(file);
  if (there?.ino === open.ino && there.dev === open.dev) unlinkSync(path);
}
