import type { ProcessRecord } from '../../twine/index.js';
import type { FetchedFile } from './fetch.js';

/**
 * A listener: its files, and the processes its driver runs on it. It need not be this machine: nothing here
 * is read from this machine's files or process table by anyone but the driver. Paths without a leading slash
 * are in `home`.
 */
export interface ListenerAccess {
  /** Folder on the listener for this run's files alone. */
  readonly home: string;
  /** The operating system's names of its NIC ports. */
  readonly interfaces: Readonly<Record<string, string>>;
  readonly limits: ListenerLimits;
  /** Runs a command to its end and gives what it wrote to standard output. */
  run(argv: readonly string[]): Promise<string>;
  /** Writes a small file, folders included. */
  write(path: string, text: string): Promise<void>;
  /** Starts a process that outlives us, its words going to files of the folder `logs`. */
  start(argv: readonly string[], logs: string): Promise<ListenerProcess>;
  isAlive(process: ProcessRecord): Promise<boolean>;
  /** Signals a process if it is still that one and waits for its end; false when it goes on. */
  end(process: ProcessRecord, signal: 'SIGINT' | 'SIGKILL'): Promise<boolean>;
  /** The last 64 KiB of what a process has said; empty when there is nothing. */
  said(logs: string): Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** Every file in `home`, sorted. */
  files(): Promise<readonly ListenerFile[]>;
  /** Brings a file of `home` here, going on where an earlier try broke off; its checksum is the same at both ends. */
  fetch(path: string, target: string, onBytes?: (bytes: number) => void): Promise<FetchedFile>;
  /** Bytes free on its disk. */
  freeBytes(): Promise<number>;
}

/** How long things take on a listener, in seconds. */
export interface ListenerLimits {
  /** A process that was started has said that it is ready. */
  readonly startS: number;
  /** A process that was told to end has ended. */
  readonly endS: number;
  /** How often it is looked at what a listener says, and how full its disk is. */
  readonly pollS: number;
}

/** A process on a listener. */
export interface ListenerProcess {
  /** As it is found again after a crash. */
  readonly record: ProcessRecord;
  /** Settles when it has ended, told to or not. */
  readonly ended: Promise<void>;
}

/** A file on a listener: its path in `home`. */
export interface ListenerFile {
  readonly path: string;
  readonly bytes: number;
}
