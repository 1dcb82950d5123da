const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;
const GROUP = /^[\da-fA-F]{1,4}$/;

/** Whether a text is an IPv4 address or an IPv6 address, the latter with or without a zone. */
export function isIpAddress(text: string): boolean {
  return IPV4.test(text) || isIpv6Address(text);
}

/** Whether a text is an IPv6 address, without brackets. */
export function isIpv6Address(text: string): boolean {
  const [address = '', zone] = text.split('%');
  if (zone === '' || text.split('%').length > 2) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const embedded = last.includes('.');
  if (embedded && (!IPV4.test(last) || address.endsWith('::'))) return false;
  const count = groups.length + (embedded ? 1 : 0);
  if (!groups.slice(0, embedded ? -1 : undefined).every((group) => GROUP.test(group))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}
