import { describe, expect, test } from 'vitest';
import { buildKernelPath, type KernelPathOptions, parseSocketStats } from '../../../src/node/path/index.js';

describe('a path that cannot be', () => {
  const cases: readonly (readonly [KernelPathOptions, string])[] = [
    [{ rateBytesPerSecond: 0 }, 'rateBytesPerSecond'],
    [{ rateBytesPerSecond: Number.NaN }, 'rateBytesPerSecond'],
    [{ rateBytesPerSecond: 1e6, queueBytes: 100 }, 'queueBytes'],
    [{ oneWayDelayUs: -1 }, 'oneWayDelayUs'],
    [{ rateBytesPerSecond: 1e6, offloads: true }, 'offloads'],
    [{ oneWayDelayUs: 1000, offloads: true }, 'offloads'],
  ];
  test.each(cases)('%o is refused, and nothing is begun', async (options, argument) => {
    await expect(buildKernelPath(options)).rejects.toMatchObject({
      code: 'MOORING_ERR_BAD_ARGUMENT',
      detail: { argument },
    });
  });
});

describe('what ss prints', () => {
  const LINE =
    'ESTAB 0 3072656 10.55.0.1:44160 10.55.0.2:5201 ts sack ecn cubic wscale:11,11 rto:253 rtt:52.6/0.4 ato:40 mss:1448 pmtu:1500 ' +
    'rcvmss:536 advmss:1448 cwnd:103 ssthresh:96 bytes_sent:9136917 bytes_retrans:37648 bytes_acked:8951574 segs_out:6312 ' +
    'pacing_rate 27254296bps delivery_rate 18944752bps retrans:0/26 dsack_dups:0 rcv_space:14480 minrtt:40.1';

  test('is read, the socket with the most data first', () => {
    const control = LINE.replace('bytes_acked:8951574', 'bytes_acked:214').replace(':44160', ':44150');
    expect(parseSocketStats(`${control}\n${LINE}\n`)).toMatchObject([
      {
        local: '10.55.0.1:44160',
        remote: '10.55.0.2:5201',
        congestionControl: 'cubic',
        cwndPackets: 103,
        mssBytes: 1448,
        srttUs: 52_600,
        bytesAcked: 8_951_574,
        retransmits: 26,
        pacingBytesPerSecond: 3_406_787,
      },
      { local: '10.55.0.1:44150' },
    ]);
  });

  test('what it does not tell is not known', () => {
    const [flow] = parseSocketStats('SYN-SENT 0 1 10.55.0.1:44160 10.55.0.2:5201 reno rto:1000 mss:524 cwnd:10');
    expect(flow).toMatchObject({ congestionControl: 'reno', srttUs: undefined, pacingBytesPerSecond: undefined });
  });

  test('cut anywhere, and lines of other shapes, throw nothing', () => {
    for (let end = 0; end <= LINE.length; end += 1) {
      for (const { cwndPackets } of parseSocketStats(LINE.slice(0, end))) expect(cwndPackets).not.toBeNaN();
    }
    expect(parseSocketStats('Netid State\n\n???')).toEqual([]);
  });
});
