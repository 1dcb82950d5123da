import type { Machinery, MadeMachine, NotMade, WantedMachine, WantedMirror } from '../../fabric/index.js';
import type { LocalTestbed, RunScope } from '../testbed/index.js';
import type { Journal } from './journal.js';
import type { Management } from './management.js';

const DIRECTIONS: Readonly<Record<string, 'both' | 'rx' | 'tx'>> = { Both: 'both', RX_Only: 'rx', TX_Only: 'tx' };
const NOTHING = { listeners: [], mirrors: [] };

type Outcome = MadeMachine | 'made' | NotMade;

/** One thing that was asked for: what came of it, and what takes it away. */
interface Piece {
  outcome?: Outcome;
  undo?: () => Promise<unknown>;
}

/** Machines and mirrors of a testbed of namespaces, one after the other, for the slices of the stand-in. */
export class NamespaceMachinery implements Machinery {
  readonly #testbed: LocalTestbed;
  readonly #management: Management;
  readonly #journal: Journal;
  readonly #pieces = new Map<string, Piece>();
  #chain: Promise<unknown> = Promise.resolve();

  constructor(testbed: LocalTestbed, management: Management, journal: Journal) {
    this.#journal = journal;
    this.#testbed = testbed;
    this.#management = management;
  }

  machine(wanted: WantedMachine): MadeMachine | NotMade | undefined {
    const outcome = this.#piece(wanted.reservation, (piece) => this.#makeMachine(wanted, piece));
    return outcome === 'made' ? undefined : outcome;
  }

  mirror(wanted: WantedMirror): 'made' | NotMade | undefined {
    return this.#piece(wanted.reservation, (piece) => this.#makeMirror(wanted, piece)) as 'made' | NotMade | undefined;
  }

  release(reservation: string): void {
    const piece = this.#pieces.get(reservation);
    this.#pieces.delete(reservation);
    if (piece) this.#queue(async () => await piece.undo?.());
  }

  reboot({ name }: WantedMachine): void {
    // Beside what is in the queue: a machine does not wait for others to boot.
    void this.#management.reboot(name).catch(() => undefined);
  }

  /** Takes everything away that was made, and waits for it. */
  async close(): Promise<void> {
    for (const reservation of [...this.#pieces.keys()].reverse()) this.release(reservation);
    await this.#chain;
  }

  #piece(reservation: string, make: (piece: Piece) => Promise<Outcome>): Outcome | undefined {
    const known = this.#pieces.get(reservation);
    if (known) return known.outcome;
    const piece: Piece = {};
    this.#pieces.set(reservation, piece);
    this.#queue(async () => {
      try {
        piece.outcome = await make(piece);
      } catch (error) {
        piece.outcome = { error: error instanceof Error ? error.message : String(error) };
      }
    });
    return undefined;
  }

  #queue(work: () => Promise<unknown>): void {
    this.#chain = this.#chain.then(work).catch(() => undefined);
  }

  async #makeMachine(wanted: WantedMachine, piece: Piece): Promise<MadeMachine | NotMade> {
    const { name, site, cores, ramGb, diskGb, nics, slice } = wanted;
    const there = async () => (await this.#testbed.show()).nodes.find((node) => node.name === name);
    const before = await there();
    if (before !== undefined && (before.slice !== slice.name || before.listener)) {
      return { error: `Playbook has failed tasks: there is a machine ${name} already` };
    }
    if (before === undefined) {
      const [nic, ...more] = nics;
      if (nic === undefined || more.length > 0) {
        return { error: 'Playbook has failed tasks: machines of a rehearsal have one dedicated NIC' };
      }
      const scope = await this.#scopeOf(slice);
      const run = this.#testbed.run(scope);
      this.#journal.note({ scope, listeners: [name], mirrors: [] });
      piece.undo = async () => {
        this.#management.forget(name);
        await run.change({ remove: { listeners: [name], mirrors: [] }, add: NOTHING });
      };
      const stock = { name: nic.name, model: nic.model.replaceAll('-', '_'), rateBytesPerSecond: 0 };
      const room = { cores, ramGiB: ramGb, diskGiB: diskGb };
      const listener = { name, label: name, site, image: '', ...room, nic: stock, nicPorts: [] };
      await run.change({ remove: NOTHING, add: { listeners: [listener], mirrors: [] } });
    }
    const node = (await there())!;
    const managementIp = await this.#management.admit(name, node.namespace, node.home);
    const ports = nics.flatMap((nic, at) =>
      nic.ports.map((port, half) => {
        const { mac, switchPort } = node.nics[at]!.ports[half]!;
        return [port, { mac, switchPort }] as const;
      }),
    );
    return { managementIp, ports: Object.fromEntries(ports) };
  }

  async #makeMirror(wanted: WantedMirror, piece: Piece): Promise<'made' | NotMade> {
    const { name, source, direction, node, port, slice } = wanted;
    const scope = await this.#scopeOf(slice);
    const run = this.#testbed.run(scope);
    this.#journal.note({ scope, listeners: [], mirrors: [name] });
    piece.undo = async () => await run.change({ remove: { listeners: [], mirrors: [name] }, add: NOTHING });
    const nicPort = port.endsWith('p2') ? 'p2' : 'p1';
    const mirror = { name, source, direction: DIRECTIONS[direction] ?? 'both', listener: node, nicPort } as const;
    const [failed] = await run.change({ remove: NOTHING, add: { listeners: [], mirrors: [mirror] } });
    if (failed) return { error: `NSO SEMANTIC ERROR: ${failed.failure.reason}` };
    await run.openMirrors([name]);
    return 'made';
  }

  // A slice of the testbed's own topology is its user's; any other is made with its first machine.
  async #scopeOf({ id, name }: WantedMachine['slice']): Promise<RunScope> {
    const { nodes } = await this.#testbed.show();
    const users = nodes.some((node) => node.slice === name && !node.listener);
    return { id, slice: name, owner: users ? 'user' : 'run' };
  }
}
