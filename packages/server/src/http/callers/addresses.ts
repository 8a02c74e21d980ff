import { BlockList, isIP } from 'node:net';
import { CastellanError } from '@castellan/protocol';

/** Whether an address lies in one of the ranges. */
export type InRanges = (address: string) => boolean;

/** Reads addresses and ranges in CIDR notation. Throws `invalid_option` with the one that is wrong. */
export function readRanges(ranges: readonly string[], option: string): InRanges {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/', 2);
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    const prefix = bits === undefined ? most : Number(bits);
    const isWhole = bits === undefined || /^\d{1,3}$/.test(bits);
    if (family === 0 || !isWhole || prefix > most) {
      throw new CastellanError(
        'invalid_option',
        `${option}: ${JSON.stringify(range)} is neither an address nor a range such as 10.0.0.0/8.`,
      );
    }
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The address without the IPv6 spelling of IPv4; undefined when it is none. */
export function plainAddress(text: string | undefined): string | undefined {
  const address = text?.trim().replace(/^::ffff:(?=\d+\.)/i, '');
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}

/**
 * Who really asks: the socket's peer, or, behind trusted proxies, the last address of
 * `X-Forwarded-For` that is none of theirs. What stands left of it was written by the client.
 * An entry that is no address ends the search at the proxy that passed it on.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  isTrusted: InRanges,
): string {
  let client = plainAddress(peer) ?? '0.0.0.0';
  for (const entry of (forwardedFor ?? '').split(',').toReversed()) {
    if (!isTrusted(client)) break;
    const next = plainAddress(entry);
    if (next === undefined) break;
    client = next;
  }
  return client;
}

/** By what an address is counted: all of IPv4, the first 64 bits of IPv6, since whoever has one has them all. */
export function countedAddress(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::', 2) ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
