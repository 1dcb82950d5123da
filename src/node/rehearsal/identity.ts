import { randomBytes, randomUUID } from 'node:crypto';
import { CoreApi, CredentialManager, type CredmgrUser } from '../../fabric/index.js';
import { createSigner, storeToken } from '../fabric/index.js';
import { type AccountFolder, BASTION_USER } from './folder.js';

const HOUR_MS = 3_600_000;

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

/** Who a rehearsal is for, and what knows them. */
export interface Identity {
  readonly projectId: string;
  /** The first token, which is in the account's folder. */
  readonly token: string;
  readonly credmgr: CredentialManager;
  readonly coreApi: CoreApi;
}

/** Makes a user, a project that may do everything, and the first token, which it writes into the account's folder. */
export function makeIdentity(folder: AccountFolder, nowMs: number, tokenMs = 4 * HOUR_MS): Identity {
  const projectId = randomUUID();
  const may = { active: true, member: true, tokenHolder: true };
  const user: CredmgrUser = {
    sub: 'rehearsal',
    uuid: randomUUID(),
    name: 'Rehearsal',
    email: 'rehearsal@localhost',
    projects: [{ uuid: projectId, name: 'Rehearsal', type: 'research', tags: TAGS, ...may }],
  };
  const signer = createSigner();
  const newSecret = (): string => randomBytes(24).toString('base64url');
  const credmgr = new CredentialManager({
    ...{ user, signer, newSecret, newId: randomUUID, refreshTokens: [], tokenMs },
  });
  const made = credmgr.createToken(tokenMs / HOUR_MS, 'Made for a rehearsal', nowMs);
  if ('refused' in made) throw new Error(made.refused);
  storeToken(folder.tokenFile, `${JSON.stringify(made.token, null, 1)}\n`);
  const coreApi = new CoreApi({ user, signer, bastionLogin: BASTION_USER, keys: folder.registered });
  return { projectId, token: String(made.token['id_token']), credmgr, coreApi };
}
