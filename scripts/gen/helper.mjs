import { cHeader, header, objects } from './text.mjs';

export function outputs(helper) {
  const groups = [
    ['HELPER', helper.protocol],
    ['EXIT', helper.exits],
    ['KIND', helper.kinds],
    ['FRAME', helper.frames],
    ['BYTES', helper.bytes],
    ['PEER', helper.peers],
    ['NETLINK', helper.netlink],
    ['LIMIT', helper.limits],
    ['DEFAULT', helper.defaults],
    ['PATH', helper.paths],
  ];
  return {
    'src/generated/helper-protocol.ts': header('helper') + objects(groups),
    'helper/include/generated/helper.h': cHeader('helper', groups),
  };
}
