/** Dedicated NICs that can receive a mirror, by FIM's model: ports and Gbit/s of each. */
export interface NicModel {
  readonly model: string;
  readonly ports: number;
  readonly rateGbps: number;
  readonly details: string;
}

export const NIC_MODELS: readonly NicModel[] = [
  { model: 'ConnectX-5', ports: 2, rateGbps: 25, details: 'ConnectX-5 network adapter' },
  { model: 'ConnectX-6', ports: 2, rateGbps: 100, details: 'ConnectX-6 network adapter' },
  { model: 'ConnectX-7-100', ports: 2, rateGbps: 100, details: 'ConnectX-7 network adapter, 100 Gbit/s' },
  { model: 'ConnectX-7-400', ports: 2, rateGbps: 400, details: 'ConnectX-7 network adapter, 400 Gbit/s' },
  { model: 'BlueField-2-ConnectX-6', ports: 2, rateGbps: 100, details: 'BlueField-2 ConnectX-6 network adapter' },
];
