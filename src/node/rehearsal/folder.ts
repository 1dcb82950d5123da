import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatLeaseTime } from '../../fabric/index.js';
import { storeToken } from '../fabric/index.js';
import { writeWholeFile } from '../files/index.js';
import { run } from '../process/index.js';

const TOKEN_MS = 30 * 24 * 3_600_000;
export const BASTION_USER = 'rehearsal_0000000001';

/** Everything a project may be allowed: a rehearsal is about the campaign, not about who may. */
const TAGS = [
  'VM.NoLimit',
  'VM.NoLimitCPU',
  'VM.NoLimitRAM',
  'VM.NoLimitDisk',
  'Component.SmartNIC',
  'Component.SmartNIC_ConnectX_5',
  'Component.SmartNIC_ConnectX_6',
  'Component.SmartNIC_ConnectX_7_100',
  'Component.SmartNIC_ConnectX_7_400',
  'Component.SmartNIC_BlueField_2_ConnectX_6',
  'Net.PortMirroring',
  'Net.AllFacilityPorts',
  'Net.FABNetv4Ext',
  'Slice.Multisite',
  'Slice.NoLimitLifetime',
];

/** What an account has on its owner's disk, made for a rehearsal: keys, a token, a `fabric_rc`. */
export interface AccountFolder {
  readonly path: string;
  readonly rc: string;
  readonly token: string;
  readonly slicePublicKey: string;
  readonly bastionPublicKey: string;
  /** Private host key of the bastion and the nodes. */
  readonly hostKey: string;
}

/** Makes the folder; keys that are there stay. The token lasts 30 days and allows everything. */
export async function makeAccountFolder(folder: string): Promise<AccountFolder> {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const key = async (name: string): Promise<string> => {
    const file = join(path, name);
    if (!existsSync(file)) await run(['ssh-keygen', '-q', '-t', 'ecdsa', '-N', '', '-C', name, '-f', file]);
    return file;
  };
  const bastionKey = await key('fabric_bastion_key');
  const sliceKey = await key('slice_key');
  const hostKey = await key('host_key');
  const token = rehearsalToken(Date.now());
  const file = { id_token: token, expires_at: formatLeaseTime(Date.now() + TOKEN_MS) };
  storeToken(join(path, 'id_token.json'), `${JSON.stringify(file, null, 1)}\n`);
  return {
    path,
    rc: join(path, 'fabric_rc'),
    token,
    slicePublicKey: readFileSync(`${sliceKey}.pub`, 'utf8').trim(),
    bastionPublicKey: readFileSync(`${bastionKey}.pub`, 'utf8').trim(),
    hostKey,
  };
}

/** Where a rehearsal is reached, and how fast it is. */
export interface RehearsalPlace {
  readonly url: string;
  readonly bastion: string;
  readonly setupS: number;
  readonly rotationS: number;
}

/** Writes the `fabric_rc` by which the driver, and whoever else, finds the rehearsal. */
export function writeRc({ path, rc }: AccountFolder, { url, bastion, setupS, rotationS }: RehearsalPlace): void {
  const settings = {
    ORCHESTRATOR_HOST: url,
    CREDMGR_HOST: url,
    BASTION_HOST: bastion,
    BASTION_USERNAME: BASTION_USER,
    BASTION_KEY_LOCATION: join(path, 'fabric_bastion_key'),
    SLICE_PRIVATE_KEY_FILE: join(path, 'slice_key'),
    SLICE_PUBLIC_KEY_FILE: join(path, 'slice_key.pub'),
    TOKEN_LOCATION: join(path, 'id_token.json'),
    SETUP_S: setupS,
    ROTATION_S: rotationS,
  };
  writeWholeFile(
    rc,
    Object.entries(settings)
      .map(([name, value]) => `export FABRIC_${name}='${value}'\n`)
      .join(''),
  );
}

function rehearsalToken(nowMs: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    sub: 'rehearsal',
    email: 'rehearsal@localhost',
    uuid: randomUUID(),
    iat: Math.floor(nowMs / 1000),
    exp: Math.floor((nowMs + TOKEN_MS) / 1000),
    projects: [{ uuid: randomUUID(), name: 'Rehearsal', tags: TAGS }],
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.${Buffer.from('rehearsal').toString('base64url')}`;
}
