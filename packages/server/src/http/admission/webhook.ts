import { BlockList, isIP, isIPv6 } from 'node:net';
import { shown } from '@castellan/protocol/kinds';
import type { Policy } from '../../policies/policy.ts';
import { ProblemError } from '../problems/problem.ts';
import { coversHost } from './narrow.ts';

/** Characters of an address. */
const mostUrl = 2_048;

/** The policy by whose network webhooks are delivered; null: none are. */
export type WebhookPolicy = Policy | null;

/**
 * Throws for a webhook that could never be delivered: an address that is none, or that the policy of webhooks does
 * not reach. What a name leads to is judged where the connection is made, each time.
 */
export function admitWebhook(
  asked: { readonly url: string } | undefined,
  policy: WebhookPolicy,
): string | null {
  if (asked === undefined) return null;
  if (policy === null) {
    refuse('not_supported', '/webhook', 'This service delivers no webhooks.', {
      fix: 'have the operator set webhooks.policy, or leave webhook out',
    });
  }
  const { url: text } = asked;
  const url = URL.parse(text);
  const wrong = (why: string): never =>
    refuse('invalid_request', '/webhook/url', `webhook.url ${why}. It is ${shown(text)}.`);
  if (text.length > mostUrl) wrong(`must have at most ${mostUrl} characters`);
  if (url === null) return wrong('must be a URL');
  if (!/^https?:$/.test(url.protocol)) wrong('must begin with https:// or http://');
  if (url.username !== '' || url.password !== '') {
    wrong('must have no user name or password, since messages are signed');
  }
  if (url.hash !== '') wrong('must have no fragment, which is not sent');
  const { allow, allowPrivate = [] } = policy.network ?? { allow: [] };
  const named = hostOf(url);
  if (!allow.some((wider) => coversHost(wider, named))) {
    const allowed = allow.join(', ') || 'none';
    const detail = `webhook.url leads to the host ${shown(named)}, which is not allowed. Allowed: ${allowed}.`;
    refuse('network_denied', '/webhook/url', detail, { value: text, allowed: allow });
  }
  if (isInside(url.hostname, allowPrivate)) {
    const detail = `webhook.url leads to ${shown(url.hostname)}, which is no public address.`;
    const fix =
      'name a host of the Internet; for one of this network the operator sets allowPrivate of the policy that webhooks.policy names';
    refuse('network_denied', '/webhook/url', detail, { value: text, fix });
  }
  return url.href;
}

/** The host of an address as host lists have it: with a port only if that is not the usual one. */
export function hostOf({ hostname, port }: URL): string {
  return port === '' ? hostname : `${hostname}:${port}`;
}

/** Ranges that are not of the Internet. */
const inside = listOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
]);
/** The only one of IPv6 that is, and of that what carries addresses of IPv4. */
const outside6 = listOf(['2000::/3']);
const carriers6 = listOf(['2002::/16']);

function isInside(hostname: string, allowed: readonly string[]): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  const address = isLocal ? '127.0.0.1' : host;
  if (isIP(address) === 0) return false;
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (listOf(allowed).check(address, family)) return false;
  if (family === 'ipv4') return inside.check(address, family);
  return !outside6.check(address, family) || carriers6.check(address, family);
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/');
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

function refuse(
  code: 'not_supported' | 'invalid_request' | 'network_denied',
  pointer: string,
  detail: string,
  { value, allowed, fix }: { value?: string; allowed?: readonly string[]; fix?: string } = {},
): never {
  throw new ProblemError(code, detail, {
    ...(fix === undefined ? {} : { fix }),
    errors: [
      {
        pointer,
        detail,
        ...(value === undefined ? {} : { value: value.slice(0, 256) }),
        ...(allowed === undefined ? {} : { allowed }),
      },
    ],
  });
}
