import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Refused, shown } from './refused.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A range of addresses. */
export interface Range {
  readonly start: Address;
  readonly bits: number;
}

/** The part of a run's policy about addresses. */
export interface AddressRules {
  readonly allowPrivate: readonly Range[];
  readonly blocked: readonly Range[];
}

/** An allowed address. `canonical` is the one to connect to: plain IPv4 where IPv6 only wraps it. */
export interface Judged {
  readonly canonical: string;
  /** Allowed only because the operator named its range. */
  readonly isPrivate: boolean;
}

/** Metadata services of clouds, which hand out keys of the machine. Nothing allows these. */
const metadata: readonly Range[] = [
  '169.254.169.254/32',
  '169.254.170.2/32', // ECS tasks
  '169.254.170.23/32', // EKS pods
  '168.63.129.16/32', // Azure's wire server: public by its number
  '100.100.100.200/32', // Alibaba
  '192.0.0.192/32', // Oracle
  'fd00:ec2::254/128',
  'fd00:ec2::23/128',
  'fd20:ce::254/128', // Google
].map(readRange);

/** Linux treats the unspecified addresses as loopback. */
const loopback: readonly Range[] = ['127.0.0.0/8', '::1/128', '0.0.0.0/8', '::/128'].map(readRange);
/**
 * IPv6 ranges with an embedded IPv4 address, and the bit at which it starts: NAT64, 6to4,
 * IPv4-compatible.
 */
const carriers: readonly (readonly [Range, bit: number])[] = [
  [readRange('64:ff9b::/96'), 96],
  [readRange('2002::/16'), 16],
  [readRange('::/96'), 96],
];

/** The only range of IPv6 that is allocated for the Internet. */
const globalUnicast = readRange('2000::/3');

/** Reads `address` or `address/bits`. Throws `Refused`. */
export function readRange(text: unknown): Range {
  const [, address = '', bitsText] = /^([\da-f:.]+)(?:\/(\d{1,3}))?$/i.exec(String(text)) ?? [];
  const kind = isIP(address);
  const most = kind === 4 ? 32 : 128;
  const bits = bitsText === undefined ? most : Number(bitsText);
  if (typeof text !== 'string' || kind === 0 || bits > most) {
    throw new Refused(`${shown(String(text))} is no address range: write 10.0.0.0/8 or fd00::/8`);
  }
  const start = ipaddr.parse(address);
  if (start instanceof ipaddr.IPv6 && start.isIPv4MappedAddress()) {
    throw new Refused(`${shown(text)}: write the IPv4 range itself`);
  }
  return { start, bits };
}

/** Reads a range that an operator allows. A wide range never includes the machine itself. */
export function readPrivateRange(text: unknown): Range {
  if (typeof text === 'string' && !text.includes('/')) {
    throw new Refused(
      `${shown(text)} is no address range: write ${text}/${isIP(text) === 6 ? 128 : 32} for one address`,
    );
  }
  return readRange(text);
}

/**
 * Checks an address that a connection is to go to. Throws `Refused` unless it is certainly public, or
 * private and allowed by the operator. The order is: blocked ranges, metadata services, this machine's
 * own addresses (each must be allowed on its own; loopback by a range within loopback), ranges of the
 * operator, and then the test for public addresses. `own` are the addresses of this machine.
 */
export function judgeAddress(text: string, rules: AddressRules, own: ReadonlySet<string>): Judged {
  if (isIP(text) === 0) throw new Refused(`${shown(text)} is no address`);
  const address = ipaddr.process(text);
  const canonical = address.toString();
  const meant = [address, ...carriedBy(address)];
  if (rules.blocked.some((range) => meant.some((each) => holds(range, each))))
    throw new Refused(`${canonical} is blocked`);
  if (metadata.some((range) => meant.some((each) => holds(range, each)))) {
    throw new Refused(`${canonical} is a metadata service`);
  }
  const named = rules.allowPrivate.filter((range) => holds(range, address));
  const isLoopback = loopback.some((range) => holds(range, address));
  if (isLoopback) {
    if (named.some(liesInLoopback)) return { canonical, isPrivate: true };
    throw new Refused(`${canonical} is a loopback address`);
  }
  if (own.has(canonical)) {
    if (named.some(isSingle)) return { canonical, isPrivate: true };
    throw new Refused(`${canonical} is an address of this machine`);
  }
  if (named.length > 0) return { canonical, isPrivate: true };
  if (isPublic(address)) return { canonical, isPrivate: false };
  throw new Refused(`${canonical} is not public (${address.range()})`);
}

/** The IPv4 address that a gateway between the protocols would forward to. It is checked on its own. */
function carriedBy(address: Address): readonly Address[] {
  const found = carriers.find(([range]) => holds(range, address));
  if (found === undefined) return [];
  const bytes = address.toByteArray().slice(found[1] / 8, found[1] / 8 + 4);
  return [new ipaddr.IPv4(bytes)];
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv4) return true;
  return holds(globalUnicast, address) && !isIsatap(address);
}

/** An IPv4 address embedded behind any prefix, to which an ISATAP router would forward. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  const [, , , , high = 0, low = 0] = parts;
  return (high === 0 || high === 0x200) && low === 0x5efe;
}

function holds({ start, bits }: Range, address: Address): boolean {
  return start.kind() === address.kind() && address.match(start, bits);
}

function liesInLoopback(range: Range): boolean {
  return loopback.some((outer) => range.bits >= outer.bits && holds(outer, range.start));
}

function isSingle({ start, bits }: Range): boolean {
  return bits === (start.kind() === 'ipv4' ? 32 : 128);
}

/** The addresses of this machine, normalized for comparison. */
export function readOwn(addresses: readonly string[]): ReadonlySet<string> {
  return new Set(addresses.map((address) => ipaddr.process(address).toString()));
}
