import type { NetworkEntry } from '@castellan/protocol';
import { type Exchange, NetworkError } from './exchange.ts';
import type { RequestHead } from './messages.ts';
import { loggedUrl } from './rules/target.ts';
import type { RunEgress } from './run-egress.ts';

/** The way out of a run that has none: every request is refused and noted, up to `maxEntries`. */
export function deniedEgress(
  onEntry: (entry: NetworkEntry) => void,
  maxEntries: number,
): RunEgress {
  const log: NetworkEntry[] = [];
  return {
    log,
    networkBytes: 0,
    get networkRequests() {
      return log.length;
    },
    request({ url, method }: RequestHead): Exchange {
      if (log.length < maxEntries) {
        const entry = deniedEntry(log.length + 1, method, url);
        log.push(entry);
        onEntry(entry);
      }
      return refusedExchange();
    },
    async [Symbol.asyncDispose]() {},
  };
}

function deniedEntry(seq: number, method: string, given: string): NetworkEntry {
  return {
    seq,
    time: new Date().toISOString(),
    method,
    url: loggedUrl(given),
    host: URL.parse(given)?.hostname ?? '',
    address: null,
    status: null,
    durationMs: 0,
    requestBytes: 0,
    responseBytes: 0,
    outcome: 'denied',
    reason: 'no network is allowed',
  };
}

function refusedExchange(): Exchange {
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
