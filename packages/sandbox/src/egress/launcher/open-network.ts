import type { Limits } from '@castellan/protocol';
import { type NetworkTimeouts, placeholderOf, type RunSecret } from '@castellan/protocol/kinds';
import type { RunInput } from '@castellan/protocol/run-input';
import { findGatewayBox } from '../../boxes/gateway/enclosure.ts';
import type { Driver } from '../../drivers/driver.ts';
import type { Cgroups } from '../../walls/cgroup/cgroups.ts';
import { deniedEgress } from './denied.ts';
import { type Egress, openEgress } from './egress.ts';
import type { RunNetwork, Secret } from '../rules/network.ts';
import { checkAuthority, checkNetwork } from './check-network.ts';
import type { OnEntry, RunEgress } from './run-egress.ts';

/** What scripts may reach. Deny by default; a host list never opens private addresses by itself. */
export interface NetworkOptions extends Pick<
  RunNetwork,
  'allow' | 'allowPrivate' | 'deny' | 'secrets'
> {
  /** Name servers, as `address` or `address:port`. Default: those of the machine. */
  readonly resolver?: readonly string[];
  /** Certificates in PEM that `fetch`, full Node and pages trust besides their own. */
  readonly ca?: string;
  /** How long the gateway waits for servers. */
  readonly timeouts?: NetworkTimeouts;
}

/**
 * Starts the gateway if there is a network policy, in a box unless there is no driver, and bounded where there are cgroups. Throws
 * `invalid_option` for an invalid policy, `isolation_unavailable` when the box cannot be made.
 */
export async function openNetwork(
  options: NetworkOptions | undefined,
  limits: Limits,
  driver: Driver | null,
  { cgroups, startMs }: { readonly cgroups?: Cgroups | undefined; readonly startMs?: number } = {},
): Promise<Egress | undefined> {
  if (options === undefined) return undefined;
  const { resolver, ca, timeouts, ...policy } = options;
  checkNetwork(networkOf(policy, limits));
  if (ca !== undefined) checkAuthority(ca);
  return openEgress({
    ...(driver === null ? {} : { box: await findGatewayBox(driver, cgroups) }),
    ...(resolver === undefined ? {} : { resolver }),
    ...(ca === undefined ? {} : { ca }),
    ...(timeouts === undefined ? {} : { timeouts }),
    ...(startMs === undefined ? {} : { startMs }),
  });
}

/**
 * One run's network under the limits of that run, with the secrets of the run; null for none. A host that is
 * not in both lists is refused. Throws `invalid_option`.
 */
export function runNetwork(
  options: NetworkOptions | undefined,
  narrowed: RunInput['network'],
  limits: Limits,
  secrets: Readonly<Record<string, RunSecret>>,
): RunNetwork | null {
  if (options === undefined) return null;
  const { resolver: _resolver, ca: _ca, timeouts: _timeouts, ...policy } = options;
  const network = networkOf(policy, limits);
  if (narrowed === null && Object.keys(secrets).length === 0) return network;
  const own = {
    ...network,
    ...(narrowed === null ? {} : { narrowedTo: narrowed.allow }),
    secrets: secretsAtEgress(network.secrets, secrets),
  };
  checkNetwork(own);
  return own;
}

/** Those of a policy, and those of a run that are put in on the way out. */
function secretsAtEgress(
  ofPolicy: RunNetwork['secrets'],
  ofRun: Readonly<Record<string, RunSecret>>,
): Readonly<Record<string, Secret>> {
  const own = Object.entries(ofRun)
    .filter(([, { inEnv }]) => inEnv !== true)
    .map(([name, { value, hosts, headers = [] }]): [string, Secret] => [
      placeholderOf(name),
      { value, hosts, headers },
    ]);
  return { ...ofPolicy, ...Object.fromEntries(own) };
}

/** The egress of one run; without a network, one that refuses everything. */
export function openRunEgress(
  egress: Egress | undefined,
  network: RunNetwork | null,
  limits: Limits,
  onEntry: OnEntry,
): RunEgress {
  if (egress === undefined || network === null)
    return deniedEgress(onEntry, limits.networkRequests);
  return egress.forRun(network, onEntry);
}

function networkOf(
  policy: Omit<NetworkOptions, 'resolver' | 'ca' | 'timeouts'>,
  { networkRequests, networkBytes }: Limits,
): RunNetwork {
  return { ...policy, networkRequests, networkBytes };
}
