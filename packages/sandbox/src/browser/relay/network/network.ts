import { isIPv6 } from 'node:net';
import { proxyPort } from '../../../boxes/browser/flags.ts';
import type { Reached } from '../../../egress/messages.ts';
import type { ProxyWatch } from '../../../egress/launcher/request.ts';
import { Pieces } from '../piece.ts';
import { Recent } from '../recent.ts';
import { Failures, placeOf } from './failures.ts';
import { textAfter } from './quoted.ts';

/** Requests whose URLs are remembered. */
const mostRequests = 2_048;
const mostPlaces = 1_024;
const urlLength = 2_048;
/** A part of a text keeps all of it in memory: what is remembered is copied. */
const copyOf = (text: string): string => Buffer.from(text.slice(0, urlLength)).toString();
/** Longer events are passed on as they are. */
const eventCharacters = 256 * 1_024;

/** Errors that Chromium gives a request whose connection the gateway has ended. */
const signs = {
  http: 'net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH',
  tunnel: 'net::ERR_TUNNEL_CONNECTION_FAILED',
  socket: 'Establishing a tunnel via proxy server failed.',
} as const;

/** What Chromium takes for the address of every server. */
const proxyAddress = `"remoteIPAddress":"127.0.0.1","remotePort":${proxyPort},`;

/** Errors of TLS, which Chromium speaks through a tunnel, so that the gateway does not know of them. */
const tls = /^net::ERR_(?:SSL|CERT|BAD_SSL|TLS|ECH)/;

/**
 * The network of a browser's pages. Chromium knows its proxy alone: here its events and answers are
 * given the errors and the addresses that it would have seen without one, from what the gateway has
 * told. No command to Chromium is needed for that, and no request waits.
 */
export interface PagesNetwork {
  readonly watch: ProxyWatch;
  /** An event as it is for the script. `isTold`: a line of the log has said the same already. */
  event(method: string, message: Pieces): { readonly message: Pieces; readonly isTold: boolean };
  /** The rest of an answer, as it is for the script. */
  answer(method: string, rest: Pieces): Pieces;
  /** Writes the last lines of the run's log. */
  conclude(): void;
}

export function pagesNetwork(parts: {
  /** Writes a line into the log of the run. */
  readonly write: (text: string) => void;
  /** The run has made too many requests. */
  readonly isFlooded: () => boolean;
}): PagesNetwork {
  const failures = new Failures(parts.write, parts.isFlooded);
  /** URLs by the number of their request. */
  const urls = new Recent<string>(mostRequests);
  /** Addresses by `host:port`. */
  const addresses = new Recent<string>(mostPlaces);

  const remember = (json: string, url: string | undefined): void => {
    const id = textAfter(json, '"requestId":"');
    if (id !== undefined && url !== undefined) urls.set(copyOf(id), copyOf(url));
  };

  function withError(json: string, url: string | undefined): string {
    const isPlain = url?.startsWith('http:') ?? json.includes(signs.http);
    const sign = isPlain ? signs.http : signs.tunnel;
    return json.includes(sign) ? json.replace(sign, failures.errorOf(url)) : json;
  }

  /** `mark` is before the URL of the response. */
  function withAddress(json: string, mark: string): string {
    if (!json.includes(proxyAddress)) return json;
    const place = placeOf(textAfter(json, mark) ?? '');
    const address = place === undefined ? undefined : addresses.get(place);
    if (place === undefined || address === undefined) return json;
    const shown = isIPv6(address) ? `[${address}]` : address;
    const port = place.slice(place.lastIndexOf(':') + 1);
    return json.replace(proxyAddress, `"remoteIPAddress":"${shown}","remotePort":${port},`);
  }

  const socketError = (url: string | undefined): string =>
    `Error in connection establishment: ${failures.errorOf(url)}`;

  const events: Readonly<Record<string, (json: string) => string>> = {
    'Network.requestWillBeSent'(json) {
      const shown = withAddress(json, '"redirectResponse":{"url":"');
      remember(json, textAfter(json, '"request":{"url":"'));
      return shown;
    },
    'Network.responseReceived': (json) => withAddress(json, '"response":{"url":"'),
    'Network.loadingFailed'(json) {
      const url = urls.get(textAfter(json, '"requestId":"') ?? '');
      const error = textAfter(json, '"errorText":"') ?? '';
      if (url !== undefined && tls.test(error)) failures.say(`${url} failed: ${error}.`, error);
      const shown = withError(json, url);
      if (shown !== json) failures.failed(url);
      return shown;
    },
    'Network.webSocketCreated'(json) {
      remember(json, textAfter(json, '"url":"'));
      return json;
    },
    'Network.webSocketFrameError'(json) {
      const url = urls.get(textAfter(json, '"requestId":"') ?? '');
      return json.replace(signs.socket, () => socketError(url));
    },
    'Log.entryAdded'(json) {
      const [, url] = /"WebSocket connection to '([^']+)' failed: Est/.exec(json) ?? [];
      if (url !== undefined) return json.replace(signs.socket, () => socketError(url));
      return withError(json, urls.get(textAfter(json, '"networkRequestId":"') ?? ''));
    },
  };

  /** Whether an entry of Chromium's log says of a request what a line has said. */
  function isTold(json: string): boolean {
    if (!json.includes('"text":"Failed to load resource: net::')) return false;
    const url = urls.get(textAfter(json, '"networkRequestId":"') ?? '');
    return url !== undefined && failures.has(url);
  }

  return {
    watch: {
      reached: ({ place, address }: Reached) => addresses.set(place, address),
      ended: (entry) => failures.ended(entry),
    },
    event(method, message) {
      const read = Object.hasOwn(events, method) ? events[method] : undefined;
      if (read === undefined || message.length > eventCharacters) {
        return { message, isTold: false };
      }
      const json = message.text();
      const shown = read(json);
      return {
        message: shown === json ? message : new Pieces([shown]),
        isTold: method === 'Log.entryAdded' && (shown !== json || isTold(json)),
      };
    },
    answer(method, rest) {
      if (method !== 'Page.navigate' || rest.length > eventCharacters) return rest;
      const json = rest.text();
      const shown = withError(json, urls.get(textAfter(json, '"loaderId":"') ?? ''));
      return shown === json ? rest : new Pieces([shown]);
    },
    conclude: () => failures.conclude(),
  };
}
