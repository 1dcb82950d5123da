import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { BYTES, KIND, KIND_WORDS, PATH } from '../../generated/helper-protocol.js';
import { LIMIT } from '../../generated/wire.js';
import { findHelper } from './find.js';

/** The kinds of endpoint that reach a CCP datapath outside this process. */
export type IpcKind = keyof typeof KIND_WORDS;

/** What a kind of endpoint is: whoever deals with kinds asks its row. What it does is `helper/src/endpoint_KIND.c`. */
export interface EndpointKind {
  /** Its number in the helper and its addon. */
  readonly number: number;
  /** What it is, in a list for people. */
  readonly about: string;
  /** The largest message it carries, bytes. */
  readonly maxMessageBytes: number;
  /** The words of the helper's command line that say how it is opened, by option. */
  readonly words: Readonly<Partial<Record<keyof OpenSocketOptions, readonly [word: string, type: WordType]>>>;
  /** Where it is opened in the file system; absent where it has no place there. */
  readonly path?: {
    readonly about: string;
    readonly usual: string;
    /** What is wrong with a path, if anything can be told without trying. */
    readonly refusal?: (path: string) => string | undefined;
  };
  /** Who to speak to first, where there is but one other side. */
  readonly firstContacts: readonly string[];
  /**
   * The largest number of a flow of such a datapath, where that is known and it never announces flows again: those that
   * run are looked for by number. 0 elsewhere.
   */
  readonly flowsUpTo: number;
  /** Opening it takes a right that a user does not have: the helper opens it and starts this process anew. */
  readonly needsHelper: boolean;
  /** The helper may have the right where this process has not: it can hold the endpoint for it. */
  readonly canBeHeld: boolean;
  /** Its other end is a process of its own, which the helper is too; a failure to open it is told in that one's words. */
  readonly startsHelper: boolean;
  /** Its other end takes several messages in one, as this one does: a call of the system for all that is said at once. */
  readonly bundles: boolean;
  /** Ends the message of a failure to open it, by errno. */
  readonly hint?: (errno: string) => string;
  /** What `mooring doctor` looks for: the datapath at its other end. */
  readonly probe?: {
    readonly name: string;
    readonly purpose: string;
    readonly remedy: string;
    readonly look: () => Promise<string | null>;
  };
}

/** How a value is written on the helper's command line. */
export type WordType = 'TEXT' | 'NUMBER' | 'MODE' | 'FLAG';

/** How {@link openSocket} opens; every field may be left out. */
export interface OpenSocketOptions {
  /** `unix`: where to bind, a path or `@name` (default `/tmp/ccp/portus`); `char`: the device (default `/dev/ccpkp`). */
  path?: string;
  /** `netlink`: the multicast group, default 22. */
  group?: number;
  /** `netlink`: take messages of processes too, not only the kernel's. For tests; default false. */
  userPeers?: boolean;
  /** `unix`: mode of the socket file, such as 0o666; by default what the umask leaves. */
  socketMode?: number;
  /** `unix`: mode of directories that have to be made, default 0o755. */
  directoryMode?: number;
  /** `bpf`: flows by these routes, as `ip route` names them and with commas between: `default`, `10.0.0.0/24`. */
  route?: string;
  /** `bpf`: flows of the processes of this control group, a folder of cgroup2. */
  cgroup?: string;
  /** `bpf`: every flow of the namespace that names no other congestion control. */
  allFlows?: boolean;
  /** `bpf`: the network namespace of routes and default; this process's own by default. */
  netns?: string;
  /** `bpf`: only flows with one of these ports at either end, such as `443,5000-5010`; at most 16. */
  ports?: string;
  /** `bpf`: flows of port 22 and of this SSH session as well, which are left alone else. */
  ssh?: boolean;
  /** `bpf`: what the congestion control is called, at most 15 letters, digits, `_` and `.`; default `mooring`. */
  name?: string;
  /** `bpf`: the congestion control that flows go to where no agent decides, default `cubic`. */
  fallback?: string;
  /** `bpf`: after how long without an agent or a program, or of nothing but errors, µs; default 1 000 000. */
  fallbackUs?: number;
  /** `bpf`: flows at a time, default 1024. */
  flows?: number;
  /** `bpf`: reports that come closer together than this go to the agent together, µs; 0 for each at once; default 1000. */
  coalesceUs?: number;
  /** `bpf`: the helper that holds the kernel's side; the one `findHelper` finds by default. */
  program?: string;
  /** `unix`, `netlink`: SO_RCVBUF and SO_SNDBUF in bytes; by default the system's, beyond its limit with CAP_NET_ADMIN. */
  receiveBufferBytes?: number;
  sendBufferBytes?: number;
}

/** Flows the Linux module holds. */
const KERNEL_FLOWS = 1024;

/** Every kind. A new one is a row here, one in spec/helper.json and `helper/src/endpoint_KIND.c`. */
export const KINDS: Readonly<Record<IpcKind, EndpointKind>> = {
  unix: {
    number: KIND.UNIX,
    about: 'unix datagrams',
    maxMessageBytes: LIMIT.MESSAGE_BYTES,
    words: KIND_WORDS.unix,
    path: { about: 'where to listen', usual: PATH.UNIX, refusal: socketPathRefusal },
    firstContacts: [],
    flowsUpTo: 0,
    needsHelper: false,
    canBeHeld: false,
    startsHelper: false,
    bundles: false,
    hint: (errno) =>
      errno === 'EPERM'
        ? "; the socket's directory belongs to another user, or others may write to it and put a socket of theirs there: take another path, or chown it, chmod go-w"
        : '',
  },
  netlink: {
    number: KIND.NETLINK,
    about: 'netlink',
    maxMessageBytes: LIMIT.MESSAGE_BYTES,
    words: KIND_WORDS.netlink,
    firstContacts: ['kernel'],
    flowsUpTo: KERNEL_FLOWS,
    needsHelper: true,
    canBeHeld: true,
    startsHelper: false,
    bundles: false,
    hint: (errno) =>
      errno === 'EPERM'
        ? '; joining its multicast group needs CAP_NET_ADMIN: run with sudo, or once sudo setcap cap_net_admin+ep "$(npx mooring helper path)"'
        : '',
    probe: {
      name: 'CCP kernel module',
      purpose: 'real kernel flows (--ipc netlink)',
      remedy: 'build and load ccp-kernel; it then stands in net.ipv4.tcp_available_congestion_control',
      look: kernelModule,
    },
  },
  char: {
    number: KIND.CHAR,
    about: 'a character device',
    maxMessageBytes: LIMIT.CHAR_DEVICE_BYTES,
    words: KIND_WORDS.char,
    path: { about: 'the device', usual: PATH.CHAR },
    firstContacts: ['device'],
    flowsUpTo: KERNEL_FLOWS,
    needsHelper: false,
    canBeHeld: true,
    startsHelper: false,
    bundles: false,
    hint: () => '; is the kernel module loaded with ipc=1, and may this user open the device?',
  },
  bpf: {
    number: KIND.BPF,
    about: 'flows of this kernel',
    maxMessageBytes: LIMIT.MESSAGE_BYTES,
    words: KIND_WORDS.bpf,
    firstContacts: [],
    flowsUpTo: 0,
    needsHelper: false,
    canBeHeld: false,
    startsHelper: true,
    bundles: true,
    probe: {
      name: 'flows of this kernel',
      purpose: 'TCP flows of a stock kernel by eBPF (--ipc bpf)',
      remedy: 'it takes Linux 6.1 or newer with CONFIG_DEBUG_INFO_BTF, root, and a helper that was built with clang',
      look: kernelTakesPrograms,
    },
  },
};

export function isIpcKind(name: string | undefined): name is IpcKind {
  return name !== undefined && Object.hasOwn(KINDS, name);
}

/** The words of the helper's command line, and of its addon, that open `kind` with these options. */
export function kindWords(kind: IpcKind, options: OpenSocketOptions): string[] {
  return Object.entries(KINDS[kind].words).flatMap(([option, [word, type]]) => {
    const value = options[option as keyof OpenSocketOptions];
    return value === undefined ? [] : WORDS[type](`--${word}`, value);
  });
}

const WORDS: Readonly<Record<WordType, (word: string, value: string | number | boolean) => string[]>> = {
  TEXT: (word, value) => [word, String(value)],
  NUMBER: (word, value) => [word, String(value)],
  MODE: (word, value) => [word, Number(value).toString(8)],
  FLAG: (word, value) => (value ? [word] : []),
};

function socketPathRefusal(path: string): string | undefined {
  if (/^[/@]./.test(path) && Buffer.byteLength(path) < BYTES.PEER_ADDRESS) return undefined;
  return `"${path}" is no socket path: it starts with / or @ and has less than ${BYTES.PEER_ADDRESS} bytes`;
}

async function kernelModule(): Promise<string | null> {
  const known = await readFile('/proc/sys/net/ipv4/tcp_available_congestion_control', 'utf8');
  return known.split(/\s+/).includes('ccp') ? 'ccp is loaded' : null;
}

async function kernelTakesPrograms(): Promise<string | null> {
  const { program } = findHelper();
  if (program === undefined) return null;
  await promisify(execFile)(program, ['bpf', '--check'], { timeout: 30_000 });
  return 'programs are taken, and congestion controls from them';
}
