import type { Scenario } from '../../sim/index.js';
import { askReader } from '../ui-state.js';
import type { SharedCode } from './state.js';

// Code of a link is a stranger's. Whoever can fence it in takes it from here; until then its reader is asked.

/** How the page keeps code, and whether it runs what others wrote. */
export interface CodeDoor {
  /** The files that a scenario names. */
  read(scenario: Scenario): readonly SharedCode[];
  /** Takes files of a link or a file. False: they are not to be run. */
  take(files: readonly SharedCode[]): Promise<boolean>;
}

let held: readonly SharedCode[] = [];

const asking: CodeDoor = {
  read: ({ flows }) => held.filter(({ name }) => flows.some(({ algorithm }) => algorithm === name)),
  async take(files) {
    held = files;
    if (files.length === 0) return true;
    const names = files.map(({ name }) => name).join(', ');
    return askReader(
      `This holds code of whoever made it: ${names}. It would run with what this page may do. Run it only if you know who wrote it.`,
    );
  },
};

let door = asking;

/** Hands code over to somebody else. */
export function setCodeDoor(other: CodeDoor): void {
  door = other;
}

export const codeDoor: CodeDoor = {
  read: (scenario) => door.read(scenario),
  take: (files) => door.take(files),
};
