import { readFileSync, readlinkSync } from 'node:fs';
import { Datapath } from 'mooring';
import { closeSocket, MessageSocket, openSocket, type SocketDescriptor } from 'mooring/node';

/** What the kernel knows of one of its NETLINK_USERSOCK sockets. */
interface Row {
  readonly portId: number;
  readonly groups: number;
  readonly queuedBytes: number;
  readonly drops: number;
  readonly inode: number;
}

const USERSOCK = 2;

function sockets(): Row[] {
  // sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
  const rows = readFileSync('/proc/net/netlink', 'utf8').trim().split('\n').slice(1);
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => Number(fields[1]) === USERSOCK)
    .map((fields) => ({
      portId: Number(fields[2]),
      groups: Number.parseInt(fields[3]!, 16),
      queuedBytes: Number(fields[4]),
      drops: Number(fields[8]),
      inode: Number(fields[9]),
    }));
}

/**
 * Stands in for the kernel module: our datapath's core that multicasts to `group` and hears what agents send to it.
 * The module learns from nlmsg_multicast that nobody took a message; a process learns it from the kernel's table.
 */
export class NetlinkModule {
  readonly datapath = new Datapath({ id: 7, maxFlows: 64, fallbackUs: 3.6e9 });
  /** First byte of each message heard: 2 INSTALL, 3 UPDATE_FIELD, 4 CHANGEPROG. */
  readonly heard: number[] = [];
  readonly cwndBytes = new Map<number, number>();
  /** CREATEs said so far. */
  announced = 0;
  readonly #group: number;
  readonly #descriptor: SocketDescriptor;
  readonly #socket: MessageSocket;
  readonly #everyone: number;
  readonly #bytes: Uint8Array;

  constructor(group: number) {
    this.#group = group;
    this.#descriptor = openSocket('netlink', { group: group + 1, userPeers: true });
    this.#socket = new MessageSocket(this.#descriptor);
    this.#everyone = this.#socket.peerAt(`group:${group}`);
    this.#bytes = new Uint8Array(this.#socket.receiveBytes);
  }

  /** Where an agent reaches it. */
  get address(): string {
    const [, inode] = /\[(\d+)\]/.exec(readlinkSync(`/proc/self/fd/${this.#descriptor.fd}`))!;
    return `netlink:${sockets().find((row) => row.inode === Number(inode))!.portId}`;
  }

  /** The agent's socket, the only member of the group. */
  get agent(): Row | undefined {
    return sockets().find(({ groups }) => groups === 1 << (this.#group - 1));
  }

  say(message: Uint8Array): void {
    const before = this.agent;
    this.#socket.send(this.#everyone, message);
    if (message[0] === 0) this.announced += 1;
    if (!before || this.agent?.drops !== before.drops) this.datapath.sendFailed(message, nowUs());
  }

  /** Says it `times` times without looking whether anybody hears. */
  flood(message: Uint8Array, times: number): void {
    for (let i = 0; i < times; i += 1) this.#socket.send(this.#everyone, message);
  }

  startFlow(): number {
    const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 2, dstIp: 3, dstPort: 4 };
    const { sockId, message } = this.datapath.startFlow(info, nowUs());
    this.cwndBytes.set(sockId, 14_480);
    this.say(message);
    return sockId;
  }

  /** Hears what there is, then an ACK for every flow. The reports it made, which are said as well. */
  step(): Uint8Array[] {
    for (let got = this.#hear(); got; got = this.#hear()) {
      this.heard.push(got[0]!);
      this.datapath.handle(got, nowUs());
    }
    const reports: Uint8Array[] = [];
    for (const [sockId, sndCwnd] of this.cwndBytes) {
      const ack = { bytesAcked: 1448, packetsAcked: 1, rttSampleUs: 10_000, sndCwnd };
      const { cwndBytes, messages } = this.datapath.invoke(sockId, ack, nowUs());
      if (cwndBytes !== undefined) this.cwndBytes.set(sockId, cwndBytes);
      for (const message of messages) {
        this.say(message);
        // First a CREATE that is tried again, once there is a program reports.
        if (message[0] === 1) reports.push(message);
      }
    }
    return reports;
  }

  close(): void {
    closeSocket(this.#descriptor);
  }

  #hear(): Uint8Array | undefined {
    const length = this.#socket.receive(this.#bytes, 0);
    return length < 0 ? undefined : this.#bytes.slice(0, length);
  }
}

function nowUs(): number {
  return Math.floor(performance.now() * 1000);
}
