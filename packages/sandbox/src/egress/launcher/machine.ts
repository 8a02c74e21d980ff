import { Resolver } from 'node:dns';
import { networkInterfaces } from 'node:os';

/*
 * What the gateway is told of this machine. From its box it can read neither: one takes a netlink
 * socket, the other a file in /etc.
 */

/** Addresses of all interfaces, read anew: containers and tunnels come and go. */
export function machineAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((found) =>
    (found ?? []).map(({ address }) => address.split('%')[0] ?? ''),
  );
}

/** Name servers of this machine, as `address` or `address:port`, read anew. */
export function machineNameServers(): readonly string[] {
  return new Resolver().getServers();
}
