/** The driver of FABRIC: slices over its API, listeners over OpenSSH. Its class stays in here. */
import type { TestbedKind } from '../driver.js';
import { FabricTestbed } from './driver.js';

export { openListener } from './listener.js';
export { type SelftestOptions, type SelftestRecord, selftest } from './selftest.js';

/** The row of the table of kinds. A name is the path of a `fabric_rc`. */
export const fabric: TestbedKind = { open: (rc) => FabricTestbed.open(rc) };
