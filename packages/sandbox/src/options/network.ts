import type { Limits, NetworkEntry } from '@castellan/protocol';
import { deniedEgress } from '../egress/denied.ts';
import { type Egress, openEgress } from '../egress/egress.ts';
import { checkNetwork, type RunNetwork } from '../egress/network.ts';
import type { RunEgress } from '../egress/run-egress.ts';

/** What scripts may reach. Deny by default; a host list never opens private addresses by itself. */
export interface NetworkOptions extends Pick<
  RunNetwork,
  'allow' | 'allowPrivate' | 'deny' | 'secrets'
> {
  /** Name servers, as `address` or `address:port`. Default: those of the machine. */
  readonly resolver?: readonly string[];
  /** Certificates in PEM that are trusted besides those of Node. */
  readonly ca?: string;
}

/** Starts the gateway where something is allowed. Throws `invalid_option` for a policy that makes no sense. */
export async function openNetwork(
  options: NetworkOptions | undefined,
  limits: Limits,
): Promise<Egress | undefined> {
  if (options === undefined) return undefined;
  const { resolver, ca, ...policy } = options;
  checkNetwork(networkOf(policy, limits));
  return openEgress({
    ...(resolver === undefined ? {} : { resolver }),
    ...(ca === undefined ? {} : { ca }),
  });
}

/** One run's way out, under the limits of that run. */
export function wayOut(
  egress: Egress | undefined,
  options: NetworkOptions | undefined,
  limits: Limits,
  onEntry: (entry: NetworkEntry) => void,
): RunEgress {
  if (egress === undefined || options === undefined)
    return deniedEgress(onEntry, limits.networkRequests);
  const { resolver: _resolver, ca: _ca, ...policy } = options;
  return egress.forRun(networkOf(policy, limits), onEntry);
}

function networkOf(
  policy: Omit<NetworkOptions, 'resolver' | 'ca'>,
  { networkRequests, networkBytes }: Limits,
): RunNetwork {
  return { ...policy, networkRequests, networkBytes };
}
