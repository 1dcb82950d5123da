import type { Readable } from 'node:stream';
import type { ProcessRecord } from '../../../twine/index.js';
import { isRefusal, quoted, type SshHost } from '../../fabric/index.js';
import { sleep } from '../../process/index.js';
import { refuse } from '../failure.js';
import { fetchFile } from '../fetch.js';
import type { ListenerAccess, ListenerProcess } from '../listener.js';

const LIMITS = { startS: 60, endS: 30, pollS: 0.5 };
const TAIL_BYTES = 65_536;
/** A machine that answers while it boots has this long. */
const BOOT_MS = 180_000;
/** Looks at a process that cannot be made before it is taken for ended. */
const BLIND_LOOKS = 30;

/** What is known of a listener before it is reached. */
export interface ListenerAddress {
  readonly name: string;
  readonly run: string;
  /** MAC address of `p1`, `p2`. */
  readonly macs: Readonly<Record<string, string>>;
}

// The start of a process in clock ticks: field 22 of stat, counted after the name in parentheses. proc(5)
const TICKS = (pid: string): string => `sed 's/.*) //' /proc/${pid}/stat 2>/dev/null | cut -d' ' -f1,20`;

/** Opens a listener over SSH: its home is made, its NIC's ports are found by their MAC addresses. */
export async function openListener(host: SshHost, { name, run, macs }: ListenerAddress): Promise<ListenerAccess> {
  try {
    await host.open(BOOT_MS);
  } catch (error) {
    throw unreachable(name, error);
  }
  const root = (await host.run('id -u')).trim() === '0' ? '' : 'sudo -n ';
  const shell = async (script: string, input?: string): Promise<string> =>
    await host.run(`${root}sh -c ${quoted([script])}`, input);
  const home = (
    await host.run(`mkdir -p ${quoted([`mooring/${run}`])} && cd ${quoted([`mooring/${run}`])} && pwd`)
  ).trim();
  const at = (path: string): string => quoted([path.startsWith('/') ? path : `${home}/${path}`]);
  const interfaces = interfacesOf(name, macs, await shell('cd /sys/class/net && grep . */address'));

  const isAlive = async ({ pid, startTicks }: ProcessRecord): Promise<boolean> => {
    const [state, ticks] = (await shell(`${TICKS(String(pid))} || true`)).trim().split(' ');
    return ticks === String(startTicks) && state !== 'Z';
  };
  return {
    home,
    interfaces,
    limits: LIMITS,
    run: async (argv) => await shell(quoted(argv)),
    async write(path, text) {
      await shell(`mkdir -p "$(dirname ${at(path)})" && cat > ${at(path)}`, text);
    },
    async start(argv, logs): Promise<ListenerProcess> {
      // sh lets what it starts aside ignore SIGINT, by which captures are ended.
      const script = [
        `mkdir -p ${at(logs)} && cd ${at(logs)} || exit 1`,
        `setsid env --default-signal=INT ${quoted(argv)} > stdout.log 2> stderr.log < /dev/null & pid=$!`,
        `echo $pid; ${TICKS('$pid')}; kill -0 $pid`,
      ].join('\n');
      const said = await shell(script).catch(() => '');
      const [, pid, , startTicks] = /^(\d+)\n([A-Z]) (\d+)/.exec(said) ?? [];
      if (pid === undefined) {
        const why = (await shell(`cat ${at(`${logs}/stderr.log`)}`).catch(() => '')).trim() || 'it ended at once';
        throw refuse({ class: 'transient', scope: 'listener', reason: `${argv[0]} did not start: ${why}` });
      }
      const record = { pid: Number(pid), startTicks: Number(startTicks) };
      return { record, ended: untilEnded(async () => await isAlive(record)) };
    },
    isAlive,
    async end(process, signal) {
      const { pid, startTicks } = process;
      const looks = LIMITS.endS * 20;
      const script = [
        `same() { set -- $(${TICKS(String(pid))}); [ "$2" = ${startTicks} ] && [ "$1" != Z ]; }`,
        `same || exit 0`,
        `kill -${signal.slice(3)} ${pid} 2>/dev/null`,
        `n=0; while same; do n=$((n+1)); [ $n -gt ${looks} ] && { echo stays; exit 0; }; sleep 0.05; done`,
      ].join('\n');
      return (await shell(script)).trim() !== 'stays';
    },
    async said(logs) {
      const tail = async (file: string) =>
        await shell(`tail -c ${TAIL_BYTES} ${at(`${logs}/${file}`)} 2>/dev/null || true`);
      return { stdout: await tail('stdout.log'), stderr: await tail('stderr.log') };
    },
    async files() {
      const listed = await shell(`cd ${quoted([home])} && find . -type f -printf '%s %P\\n' | LC_ALL=C sort -k2`);
      return listed.split('\n').flatMap((line) => {
        const [, bytes, path] = /^(\d+) (.+)$/.exec(line) ?? [];
        return path === undefined ? [] : [{ path, bytes: Number(bytes) }];
      });
    },
    async fetch(path, target, onBytes) {
      const bytes = Number(await shell(`stat -c %s ${at(path)}`));
      const read = (script: string): Readable => host.read(`${root}sh -c ${quoted([script])}`);
      // Worked out there while the copy is under way; of a large file it takes longer than a command may.
      const checksum = textOf(read(`head -c ${bytes} ${at(path)} | sha256sum`));
      checksum.catch(() => undefined);
      const source = {
        name: `${name}:${path}`,
        bytes,
        // A file that still grows is taken up to the length it has now.
        read: (fromByte: number) => read(`tail -c +${fromByte + 1} ${at(path)} | head -c ${bytes - fromByte}`),
        sha256: async () => (await checksum).slice(0, 64),
      };
      return await fetchFile(source, target, onBytes);
    },
    freeBytes: async () => Number((await shell(`df -B1 --output=avail ${quoted([home])} | tail -n 1`)).trim()),
  };
}

function interfacesOf(name: string, macs: ListenerAddress['macs'], addresses: string): Record<string, string> {
  const byMac = new Map<string, string>();
  for (const line of addresses.split('\n')) {
    const [, device, mac] = /^([^/]+)\/address:(.*)$/.exec(line) ?? [];
    if (device !== undefined) byMac.set(mac!.toLowerCase(), device);
  }
  return Object.fromEntries(
    Object.entries(macs).map(([port, mac]) => {
      const device = byMac.get(mac);
      if (device !== undefined) return [port, device];
      const reason = `${name} has no network device of MAC address ${mac} (its NIC's ${port})`;
      throw refuse({ class: 'transient', scope: 'listener', reason });
    }),
  );
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

// A machine out of reach for a moment has not ended its processes.
async function untilEnded(isAlive: () => Promise<boolean>): Promise<void> {
  for (let blind = 0; blind < BLIND_LOOKS; ) {
    await sleep(LIMITS.pollS * 1000);
    try {
      if (!(await isAlive())) return;
      blind = 0;
    } catch {
      blind++;
    }
  }
}

function unreachable(name: string, error: unknown) {
  const said = error instanceof Error ? error.message.replace(/^ssh -F \S+ .*?: /s, '') : String(error);
  if (!isRefusal(error)) {
    return refuse({ class: 'transient', scope: 'listener', reason: `${name} cannot be reached: ${said}` });
  }
  const mend =
    'check the bastion login, both keys and their ages; nothing more is tried, for the bastion shuts out who insists';
  return refuse({ class: 'configuration', scope: 'site', reason: `${name} does not let us in: ${said} (${mend})` });
}
