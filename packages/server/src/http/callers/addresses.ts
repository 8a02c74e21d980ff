import { BlockList, isIP } from 'node:net';
import { CastellanError } from '@castellan/protocol';

/** Whether an address lies in one of the ranges. */
export type InRanges = (address: string) => boolean;

/**
 * Parses addresses and CIDR ranges. Throws `invalid_option` that names the one that is malformed.
 */
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

/** Returns the address, IPv4 not in its IPv6-mapped form; undefined if the text is no address. */
export function plainAddress(text: string | undefined): string | undefined {
  const address = text?.trim().replace(/^::ffff:(?=\d+\.)/i, '');
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}

/**
 * The client's address: the socket's peer, or, behind trusted proxies, the last address of
 * `X-Forwarded-For` that is not one of theirs. All entries left of it were written by the client.
 * An entry that is no address ends the search at the proxy that forwarded it.
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

/**
 * The key that an address is counted by: all of IPv4, the first 64 bits of IPv6, since one client
 * usually owns all addresses below them.
 */
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
