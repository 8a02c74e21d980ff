import { Resolver } from 'node:dns';
import { networkInterfaces } from 'node:os';

/*
 * Facts about this machine that the gateway cannot read from its box: addresses need a netlink socket,
 * name servers a file in /etc.
 */

/** Addresses of all interfaces, not cached: containers and tunnels come and go. */
export function machineAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((found) =>
    (found ?? []).map(({ address }) => address.split('%')[0] ?? ''),
  );
}

/** Name servers of this machine, as `address` or `address:port`, not cached. */
export function machineNameServers(): readonly string[] {
  return new Resolver().getServers();
}
