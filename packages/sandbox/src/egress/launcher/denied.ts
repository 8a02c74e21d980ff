import type { NetworkEntry } from '@castellan/protocol';
import { type EgressRequest, NetworkError, type ProxyStream, type ProxyWatch } from './request.ts';
import { longest, type EgressRequestHead, tunnelRefused, unanswered } from '../messages.ts';
import { loggedUrl } from '../rules/target.ts';
import { nothingExceeded, type OnEntry, type RunEgress } from './run-egress.ts';

type Deny = (method: string, url: string, watch?: ProxyWatch) => void;

/** The egress of a run without a network: every request is refused, and logged up to `maxEntries`. */
export function deniedEgress(onEntry: OnEntry, maxEntries: number): RunEgress {
  const log: NetworkEntry[] = [];
  const deny: Deny = (method, url, watch) => {
    if (log.length >= maxEntries) return;
    const entry = deniedEntry(log.length + 1, method, url);
    log.push(entry);
    onEntry(entry, watch !== undefined);
    watch?.ended(entry);
  };
  return {
    refusesAll: true,
    log,
    networkBytes: 0,
    exceeded: nothingExceeded,
    get networkRequests() {
      return log.length;
    },
    request({ url, method }: EgressRequestHead): EgressRequest {
      deny(method, url);
      return refusedRequest();
    },
    proxy: (watch) => refusedStream((method, url) => deny(method, url, watch), watch),
    async [Symbol.asyncDispose]() {},
  };
}

function deniedEntry(seq: number, method: string, given: string): NetworkEntry {
  const tunnel = method === 'CONNECT' ? URL.parse(`https://${given}/`) : null;
  const url = tunnel === null ? loggedUrl(given) : `${tunnel.hostname}:${tunnel.port || 443}`;
  const { hostname: host = '' } = tunnel ?? URL.parse(given) ?? {};
  return {
    seq,
    time: new Date().toISOString(),
    method: method.slice(0, longest.method),
    url: url.slice(0, longest.url),
    host: host.slice(0, longest.host),
    address: null,
    status: null,
    durationMs: 0,
    requestBytes: 0,
    responseBytes: 0,
    outcome: 'denied',
    code: 'not_allowed',
    reason: 'no network is allowed',
  };
}

function refusedRequest(): EgressRequest {
  const response = Promise.reject(new NetworkError());
  response.catch(() => undefined);
  return {
    write: async () => {},
    end: () => {},
    abort: () => {},
    response,
    body: { [Symbol.asyncIterator]: () => ({ next: () => response }) },
  };
}

/** Pieces that a box may send on a connection that has been answered. */
const mostLate = 16;

/** Closes a client's connection after its first request, which is logged. */
function refusedStream(deny: Deny, watch: ProxyWatch | undefined): ProxyStream {
  const over = Promise.withResolvers<Uint8Array>();
  over.promise.catch(() => undefined);
  let isOver = false;
  let late = 0;
  const refuse = (): void => over.reject(new NetworkError());
  return {
    async write(chunk) {
      // The rest of what a client sends is read, so that it reads the answer: of a box, which may send it
      // in crumbs and is told of each, not for ever.
      if (isOver && watch === undefined && ++late > mostLate) throw new NetworkError();
      if (isOver) return;
      isOver = true;
      const line = Buffer.from(chunk.subarray(0, 2_048)).toString('latin1');
      const [, method = 'CONNECT', url = ''] = /^([A-Z]{1,16}) (\S+)/.exec(line) ?? [];
      deny(method, url);
      if (method === 'CONNECT') over.resolve(Buffer.from(tunnelRefused));
      else if (watch !== undefined) over.resolve(Buffer.from(unanswered));
      refuse();
    },
    end: refuse,
    abort: refuse,
    body: {
      async *[Symbol.asyncIterator]() {
        yield await over.promise;
      },
    },
  };
}
