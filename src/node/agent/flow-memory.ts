import { closeSync, constants, fstatSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PATH } from '../../generated/helper-protocol.js';
import { BYTES, MESSAGE } from '../../generated/wire.js';
import { messageLength, messageSid, messageType } from '../../wire/index.js';
import { type IpcKind, KINDS, type OpenSocketOptions } from '../helper/index.js';
import type { FlowJournal, JournalledFlow } from './journal.js';

// | mark, 8 | then for each flow: u16 bytes of its CREATE | u16 of its address | CREATE | address |
const MARK = new TextEncoder().encode('mooring1');
const HEAD = 4;
const MOST_BYTES = 64 << 20;
/** How often is looked whether something has changed, ms: a flow that nobody remembers has to be found and measured. */
export const REMEMBER_MS = 50;
/** Of the time, what writing takes at most. */
const WRITING_SHARE = 0.05;
/** How long the flows of a former agent are kept beside one's own, ms: their datapaths have not been heard yet. */
const RECALLED_MS = 5000;

/** Where flows are kept. */
export interface MemoryPlace {
  readonly path: string;
  /** Where agents of other sockets write as well: only the flows of these datapaths are anybody's. */
  readonly only?: readonly string[];
}

/**
 * Where an agent keeps the CREATEs of its flows for one that comes after it: beside its socket, or for an endpoint without
 * a place in the file system beside the usual one. Undefined where there is no such place.
 */
export function memoryPlace(ipc: IpcKind, options: OpenSocketOptions = {}): MemoryPlace | undefined {
  const { MOORING_SOCKET_KIND: kind, MOORING_SOCKET_PATH: inherited } = process.env;
  const { path: place, firstContacts } = KINDS[ipc];
  const path = (kind === ipc ? inherited : undefined) ?? options.path ?? place?.usual;
  if (path?.startsWith('@')) return undefined;
  if (path !== undefined && !path.startsWith('/dev/')) return { path: `${path}.flows` };
  return { path: join(dirname(PATH.UNIX), `${ipc}.flows`), only: firstContacts };
}

/**
 * The flows a former agent had. None where the file is not there, belongs to another user, is no file, or is not what
 * an agent writes: its bytes are only hints, and running flows are found without.
 */
export function recallFlows({ path, only }: MemoryPlace): JournalledFlow[] {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return [];
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile() || status.uid !== process.geteuid?.() || status.size > MOST_BYTES) return [];
    const flows = readFlows(Uint8Array.from(readFileSync(file)));
    return only ? flows.filter(({ address }) => only.includes(address)) : flows;
  } catch {
    return [];
  } finally {
    closeSync(file);
  }
}

function readFlows(bytes: Uint8Array): JournalledFlow[] {
  const flows: JournalledFlow[] = [];
  if (MARK.some((byte, index) => bytes[index] !== byte)) return flows;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = MARK.length; at + HEAD <= bytes.length; ) {
    const createAt = at + HEAD;
    const addressAt = createAt + view.getUint16(at, true);
    const end = addressAt + view.getUint16(at + 2, true);
    if (end > bytes.length) break;
    const create = bytes.slice(createAt, addressAt);
    const isCreate = create.length >= BYTES.HEADER && messageType(create) === MESSAGE.CREATE;
    if (isCreate && messageLength(create) === create.length) {
      const address = new TextDecoder().decode(bytes.subarray(addressAt, end));
      flows.push({ address, sockId: messageSid(create), create });
    }
    at = end;
  }
  return flows;
}

/** Writes what journals hold to a file, where they have changed since: the whole of it, then in the old one's place. */
export class FlowMemory {
  #written = 0;
  #notBeforeMs = 0;
  #recalled: readonly JournalledFlow[];
  #recalledUntilMs: number | undefined;

  constructor(
    readonly path: string,
    readonly journals: readonly FlowJournal[],
    recalled: readonly JournalledFlow[],
  ) {
    this.#recalled = recalled;
  }

  /** Writes now and then; call it every {@link REMEMBER_MS}. */
  tick(): void {
    const beganMs = performance.now();
    this.#recalledUntilMs ??= beganMs + RECALLED_MS;
    if (beganMs < this.#notBeforeMs) return;
    if (this.#recalled.length > 0 && beganMs > this.#recalledUntilMs) {
      this.#recalled = [];
      this.#written = -1;
    }
    this.write();
    const endedMs = performance.now();
    this.#notBeforeMs = endedMs + (endedMs - beganMs) / WRITING_SHARE;
  }

  /** A disk that takes nothing keeps no flow from its agent: the next agent has to measure then. */
  write(): void {
    const changes = this.journals.reduce((sum, journal) => sum + journal.changes, 0);
    if (changes === this.#written) return;
    this.#written = changes;
    const temporary = `${this.path}.${process.pid}`;
    try {
      const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
      const file = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      try {
        writeAll(file, this.#encode());
      } finally {
        closeSync(file);
      }
      renameSync(temporary, this.path);
    } catch {
      try {
        unlinkSync(temporary);
      } catch {
        // It was not made.
      }
    }
  }

  #encode(): Uint8Array {
    const own = this.journals.flatMap((journal) => journal.flows);
    const known = new Set(own.map(nameOf));
    const flows = [...own, ...this.#recalled.filter((flow) => !known.has(nameOf(flow)))];
    const names = flows.map(({ address }) => new TextEncoder().encode(address));
    const size = flows.reduce((sum, { create }, index) => sum + HEAD + create.length + names[index]!.length, 0);
    const bytes = new Uint8Array(MARK.length + size);
    const view = new DataView(bytes.buffer);
    bytes.set(MARK);
    let at = MARK.length;
    for (const [index, { create }] of flows.entries()) {
      const name = names[index]!;
      view.setUint16(at, create.length, true);
      view.setUint16(at + 2, name.length, true);
      bytes.set(create, at + HEAD);
      bytes.set(name, at + HEAD + create.length);
      at += HEAD + create.length + name.length;
    }
    return bytes;
  }
}

function nameOf({ address, sockId }: JournalledFlow): string {
  return `${sockId} ${address}`;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
