import type { NewFile } from './algorithm.js';

/** Everything made on the machine carries it. */
export const TESTBED_NAME = /^[a-z][a-z0-9_]{0,19}$/;

/** What `mooring init testbed NAME` writes: two sites with an uplink between them, and a slice with a node at each. */
export function testbedFiles(name: string): readonly NewFile[] {
  return [{ name: `${name}.json`, text: topology(name) }];
}

const topology = (name: string): string => `{
  "name": "${name}",
  "sites": [
    {
      "name": "INDI",
      "nics": [
        { "model": "ConnectX_6", "count": 1 },
        { "model": "ConnectX_5", "count": 1, "ports": ["HundredGigE0/0/0/5"] }
      ]
    },
    { "name": "MAX", "nics": [{ "model": "ConnectX_5", "count": 1, "ports": ["HundredGigE0/0/0/7"] }] }
  ],
  "uplinks": [{ "sites": ["INDI", "MAX"], "ports": ["HundredGigE0/0/0/0", "HundredGigE0/0/0/1"] }],
  "slices": [
    {
      "name": "Traffic Generator Slice9",
      "networks": [{ "name": "net1", "site": "INDI" }, { "name": "net2", "site": "MAX" }],
      "nodes": [
        { "name": "Node1", "site": "INDI", "nics": [{ "networks": ["net1"] }] },
        { "name": "Node2", "site": "MAX", "nics": [{ "networks": ["net2"] }] }
      ]
    }
  ]
}
`;
