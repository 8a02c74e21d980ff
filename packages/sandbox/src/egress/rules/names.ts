import { fits, type HostPattern, type Place } from './hosts.ts';
import { Refused, shown } from './refused.ts';

/** The part of a run's policy about names and ports. */
export interface NameRules {
  readonly allow: readonly HostPattern[];
  /** Narrows `allow`, unless null. */
  readonly narrowedTo: readonly HostPattern[] | null;
  readonly deny: readonly HostPattern[];
}

/**
 * Names of metadata services. Their addresses are refused as well; refusing the name gives a
 * clearer reason.
 */
const metadata: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** Throws `Refused` unless the allow-lists contain the host and port and `deny` does not. */
export function checkPlace(place: Place, { allow, narrowedTo, deny }: NameRules): void {
  const named = `${shown(place.host)} port ${place.port}`;
  if (deny.some((pattern) => fits(pattern, place, true))) throw new Refused(`${named} is denied`);
  if (metadata.has(place.host)) throw new Refused(`${named} is a metadata service`);
  if (!allow.some((pattern) => fits(pattern, place)))
    throw new Refused(`${named} is not in the host list`);
  if (narrowedTo !== null && !narrowedTo.some((pattern) => fits(pattern, place)))
    throw new Refused(`${named} is not in the host list of the run`);
}
