/** What Node's parser of addresses does with the names of domains. */
const { toUnicode } = nodePunycode({ internals: { isInsideNodeModules: (): boolean => true } });

const ascii = /^[\x00-\x7f]*$/;

/** The host that a name means; empty for what is none. */
export function domainToASCII(domain: string): string {
  // A host that cannot be read leaves the one before it.
  const hosts = ['ws://x', 'ws://y'].map((text) => {
    const url = new URL(text);
    url.hostname = domain;
    return url.hostname;
  });
  return hosts[0] === hosts[1] ? hosts[0]! : '';
}

export const domainToUnicode = (domain: string): string => toUnicode(domainToASCII(domain));

/** The same for names that may have characters which no host has. */
export const toASCII = (domain: string): string =>
  ascii.test(domain) && !`.${domain}`.includes('.xn--') ? domain : domainToASCII(domain);

/** An address without what is not asked for. */
export function format(
  href: string,
  hasHash: boolean,
  isUnicode: boolean,
  hasSearch: boolean,
  hasAuth: boolean,
): string {
  const url = new URL(href);
  if (!hasHash) url.hash = '';
  if (!hasSearch) url.search = '';
  if (!hasAuth) {
    url.username = '';
    url.password = '';
  }
  if (!isUnicode || url.host === '') return url.href;
  const [before, ...after] = url.href.split(url.hostname);
  return `${before}${toUnicode(url.hostname)}${after.join(url.hostname)}`;
}
