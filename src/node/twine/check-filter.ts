import { ERROR, MooringError } from '../../base/index.js';
import type { Notice } from '../../twine/index.js';
import { fromDebian } from '../install/index.js';
import { run } from '../process/index.js';

/** As campaigns write that there is none. */
const NO_FILTER = 'all';

/**
 * Has this machine's tcpdump compile a campaign's filter, before minutes are spent on listeners that would refuse
 * it: gives what is wrong with it, or why that is not known, else undefined.
 */
export async function checkFilter(filter: string): Promise<Notice | undefined> {
  if (filter === NO_FILTER) return undefined;
  const field = 'parameters.tcpdumpFilter';
  try {
    await run(['tcpdump', '-ddd', '-y', 'EN10MB', '--', filter]);
    return undefined;
  } catch (error) {
    if (!(error instanceof MooringError)) throw error;
    const said = String(error.detail['said'] ?? error.message);
    if (error.code === ERROR.MOORING_ERR_TESTBED_UNSUPPORTED) {
      const hint = `install tcpdump here ${fromDebian('tcpdump')}, or see that the expression is right`;
      return { code: 'filter-not-checked', field, message: 'there is no tcpdump here to compile the filter', hint };
    }
    const hint = 'write an expression of pcap-filter(7)';
    return { code: 'bad-filter', field, message: `the filter "${filter}" does not compile: ${said}`, hint };
  }
}
