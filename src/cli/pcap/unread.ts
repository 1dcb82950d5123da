import type { UnreadKind, UnreadLayer } from '../../capture/index.js';

const LAYER_WORDS: Readonly<Record<UnreadLayer, (number: number) => string>> = {
  link: (number) => `link type ${number}`,
  ethertype: hex('EtherType'),
  llc: hex('LLC'),
  ppp: hex('PPP protocol'),
  protocol: (number) => `IP protocol ${number}`,
  'udp-port': (number) => `UDP port ${number}`,
  gre: hex('GRE protocol'),
  wlan: () => '802.11',
};
const SHOWN = 5;

/** What a capture holds and nothing here reads: `12 packets of EtherType 0x88cc (… LLDP)`. */
export function unreadText(unread: readonly UnreadKind[]): string {
  const words = unread.slice(0, SHOWN).map(({ layer, number, name, packets }) => {
    const known = name === undefined ? '' : ` (${name})`;
    return `${packets} ${packets === 1 ? 'packet' : 'packets'} of ${LAYER_WORDS[layer](number)}${known}`;
  });
  const rest = unread.length - SHOWN;
  return `not read: ${words.join(', ')}${rest > 0 ? `, and ${rest} more kinds: --json has them` : ''}`;
}

function hex(list: string): (number: number) => string {
  return (number) => `${list} 0x${number.toString(16).padStart(4, '0')}`;
}
