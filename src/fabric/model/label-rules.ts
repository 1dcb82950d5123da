interface LabelPattern {
  readonly source: string;
  readonly example: string;
}

const OCTET = '(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)';
const IPV4 = `(?:${OCTET}\\.){3}${OCTET}`;
const IPV6 = '(?:[a-fA-F0-9]{0,4}:){0,7}[a-fA-F0-9]{0,4}';

/** What labels must look like (FIM 1.9.2); the patterns and examples stand in its messages. */
export const LABEL_PATTERNS: Readonly<Record<string, LabelPattern>> = {
  bdf: { source: '[0-9a-fA-F]{1,4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}.[0-9a-fA-F]+', example: '0000:00:00.0' },
  mac: { source: '([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}', example: '00:11:22:33:44:55' },
  ipv4: { source: IPV4, example: '192.168.1.1' },
  ipv4_range: { source: `${IPV4}-${IPV4}`, example: '192.168.1.1-192.168.1.10' },
  ipv4_subnet: { source: `${IPV4}/[\\d]{1,2}`, example: '192.168.1.0/24' },
  ipv6: { source: IPV6, example: '2001:0db8:85a3:0000:0000:8a2e:0370:7334' },
  ipv6_range: {
    source: `${IPV6}-${IPV6}`,
    example: '2001:0db8:85a3:0000:0000:8a2e:0370:7334-2001:0db8:85a3:0000:0000:8a2e:0370:8334',
  },
  ipv6_subnet: { source: `${IPV6}/[\\d]{1,2}`, example: '2001:0db8:85a3:0000:0000/48' },
  asn: { source: '[\\d]+', example: '12345' },
  vlan: { source: '[\\d]{1,4}', example: '1234' },
  vlan_range: { source: '[\\d]{1,4}-[\\d]{1,4}', example: '100-200' },
  inner_vlan: { source: '[\\d]{1,4}', example: '1234' },
  bgp_key: { source: '[\\w\\-+_/\\.:]{6,150}', example: 'Amazon or other BGP key' },
  account_id: { source: '[\\w\\-/\\.]{3,100}', example: 'Azure/GCP/AWS/Oracle account' },
  region: { source: '[\\w\\-\\.]{3,100}', example: 'Azure/GCP/AWS/Oracle region identifier' },
  usb_id: { source: '[0-9a-f]{4}:[0-9a-f]{4}', example: "USB device id '1234:abcd'" },
};

const isVlan = (text: string) => Number(text) <= 4096;

/** Ranges of labels that are numbers. */
export const LABEL_RANGES: Readonly<
  Record<string, { readonly words: string; readonly holds: (text: string) => boolean }>
> = {
  vlan: { words: '0-4096', holds: isVlan },
  inner_vlan: { words: '0-4096', holds: isVlan },
  vlan_range: {
    words: '0-4096',
    holds: (text) => {
      const [low, high] = text.split('-') as [string, string];
      return isVlan(low) && isVlan(high) && Number(low) <= Number(high);
    },
  },
  asn: { words: '1-4294967295', holds: (text) => Number(text) > 0 && Number(text) < 2 ** 32 },
  numa: { words: '-1 or 0-7', holds: (text) => Number(text) >= -1 && Number(text) < 8 },
};
