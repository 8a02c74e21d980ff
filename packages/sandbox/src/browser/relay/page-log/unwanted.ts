import { type Fields, fieldsOf, textOf } from '../messages.ts';
import { Recent } from '../recent.ts';

/** Requests and workers that are remembered. */
const most = 1_000;

/** Longer events are of requests with a body: no icons, and none that are worth reading for the log. */
const eventCharacters = 16 * 1_024;

/** Errors that come only of what the script has asked for: it has blocked URLs, gone away or offline. */
const own = /net::ERR_(?:ABORTED|BLOCKED_BY_CLIENT|INTERNET_DISCONNECTED)\b/;

/** Finds the entries of Chromium's log that tell the script nothing: its own doing, icons, lines that come twice. */
export interface Unwanted {
  /** An event of a session, whatever it is about. */
  event(method: string, params: () => Fields, sessionId: string, characters: number): void;
  /** The script has let a request fail. */
  failed(sessionId: string, requestId: string): void;
  /** Whether an entry is one of these. */
  has(entry: Fields): boolean;
}

export function unwanted(): Unwanted {
  /** Requests that wait for the script, by session and number: their number in the log. */
  const paused = new Recent<string>(most);
  /** Requests that the script has let fail, and those for an icon of the page. */
  const requests = new Recent(most);
  /** Workers with a session, whose lines come over that session too. */
  const workers = new Recent(most);

  const readers: Readonly<Record<string, (params: Fields, sessionId: string) => void>> = {
    'Fetch.requestPaused'(params, sessionId) {
      paused.set(`${sessionId} ${textOf(params['requestId'])}`, textOf(params['networkId']));
    },
    'Network.requestWillBeSent'(params) {
      const initiator = textOf(fieldsOf(params['initiator'])['type']);
      if (params['type'] === 'Other' && initiator === 'other') {
        requests.set(textOf(params['requestId']), true);
      }
    },
    'Target.attachedToTarget'(params) {
      workers.set(textOf(fieldsOf(params['targetInfo'])['targetId']), true);
    },
  };

  return {
    event(method, params, sessionId, characters) {
      if (characters > eventCharacters || !Object.hasOwn(readers, method)) return;
      readers[method]?.(params(), sessionId);
    },
    failed(sessionId, requestId) {
      const key = `${sessionId} ${requestId}`;
      const request = paused.get(key);
      if (request === undefined) return;
      paused.delete(key);
      requests.set(request, true);
    },
    has(entry) {
      if (entry['source'] === 'worker') return workers.get(textOf(entry['workerId'])) === true;
      if (entry['source'] !== 'network') return false;
      return (
        own.test(textOf(entry['text'])) || requests.get(textOf(entry['networkRequestId'])) === true
      );
    },
  };
}
