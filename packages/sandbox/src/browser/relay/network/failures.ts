import { type NetworkCode, networkCodes, type NetworkEntry } from '@castellan/protocol';
import { Recent } from '../recent.ts';

/** The most lines about failed requests; those after them are counted. */
const mostLines = 50;
/** Failed requests and hosts that are remembered. */
const mostFailures = 1_024;
/** As many characters of a URL as the network log has. */
const keyLength = 2_048;

/** Why requests of pages failed, as the gateway told it before the browser learned that they did. */
export class Failures {
  readonly #write: (text: string) => void;
  readonly #isFlooded: () => boolean;
  /** By URL; those of tunnels by host and port. */
  #codes = new Recent<NetworkCode>(mostFailures);
  readonly #said = new Set<string>();
  /** How often an error came that has no line of its own. */
  readonly #more = new Map<string, number>();
  #last: NetworkCode = 'failed';
  #knowsFlood = false;

  /** `isFlooded`: the run has made too many requests, further ones have no entry. */
  constructor(write: (text: string) => void, isFlooded: () => boolean) {
    this.#write = write;
    this.#isFlooded = isFlooded;
  }

  /** A request of a page has ended. */
  ended({ code, method, url, host, status }: NetworkEntry): void {
    if (code === null) return;
    this.#forgetOld();
    this.#codes.set(url.slice(0, keyLength), code);
    this.#last = code;
    // A connection that was lost with the gateway was for nobody.
    if ((host === '' && code === 'failed') || url.endsWith('/favicon.ico')) return;
    const what = method === 'CONNECT' ? `A connection to ${url}` : `${method} ${url}`;
    const { error, sentence } = toldOf(code);
    this.say(`${what} ${status === null ? `failed: ${error}` : 'was cut off'}. ${sentence}`, error);
  }

  /** Chromium's name of the error of a request whose connection the gateway has ended. */
  errorOf(url: string | undefined): string {
    return toldOf(this.#codeOf(url) ?? (this.#isFlooded() ? 'too_many_requests' : this.#last))
      .error;
  }

  /** A request has failed in a page. One beyond the limit has no entry. */
  failed(url: string | undefined): void {
    if (this.#codeOf(url) !== undefined || !this.#isFlooded()) return;
    const { error, sentence } = toldOf('too_many_requests');
    this.say(`Requests of pages failed: ${error}. ${sentence}`, error);
  }

  /** Whether a line has said that the request failed. */
  has(url: string): boolean {
    return this.#codeOf(url) !== undefined;
  }

  /** Writes a line, once; `error` names what is counted when it comes again. */
  say(text: string, error: string): void {
    if (this.#said.has(text) || this.#said.size >= mostLines) return this.#count(error);
    this.#said.add(text);
    this.#write(text);
  }

  /** Writes how many more there were. */
  conclude(): void {
    const total = [...this.#more.values()].reduce((sum, count) => sum + count, 0);
    if (total === 0) return;
    const each = [...this.#more].map(([error, count]) => `${count} × ${error}`);
    this.#more.clear();
    this.#write(`More attempts of pages failed (${total}): ${each.join(', ')}.`);
  }

  #codeOf(url: string | undefined): NetworkCode | undefined {
    this.#forgetOld();
    return url === undefined ? undefined : this.#codes.get(keyOf(url));
  }

  /** Why requests failed before there were too many says nothing of those after. */
  #forgetOld(): void {
    if (this.#knowsFlood || !this.#isFlooded()) return;
    this.#knowsFlood = true;
    this.#codes = new Recent(mostFailures);
  }

  #count(error: string): void {
    this.#more.set(error, (this.#more.get(error) ?? 0) + 1);
  }
}

/**
 * What a page is told, and whoever reads the log of a run. Names inside of a network are not told apart
 * from names that do not exist.
 */
function toldOf(code: NetworkCode): { readonly error: string; readonly sentence: string } {
  const { chromium, sentence } =
    networkCodes[code === 'address_not_allowed' ? 'name_not_resolved' : code];
  return { error: `net::${chromium}`, sentence };
}

/** As the network log names it: http by its URL, what needs a tunnel by host and port. */
function keyOf(url: string): string {
  return (url.startsWith('http:') ? url : (placeOf(url) ?? url)).slice(0, keyLength);
}

const ports: Readonly<Record<string, number>> = { 'http:': 80, 'ws:': 80 };

/** `host:port` of a URL, with brackets around IPv6; `undefined` for one without a host. */
export function placeOf(url: string): string | undefined {
  const { hostname = '', port = '', protocol = '' } = URL.parse(url) ?? {};
  if (hostname === '') return undefined;
  return `${hostname}:${port === '' ? (ports[protocol] ?? 443) : port}`;
}
