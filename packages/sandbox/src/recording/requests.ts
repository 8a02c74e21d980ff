import { type NetworkEntry, recordBounds } from '@castellan/protocol';
import { type Fields, fieldsOf, textOf } from '../browser/relay/messages.ts';
import type { Moments } from './moments.ts';
import type { Redaction } from './redact.ts';

/** A header: its name and value. */
export type Header = readonly [name: string, value: string];

/** One request, in milliseconds since the recording began. */
export interface Request {
  /** Number of the page from 1; null for one of the script's own. */
  readonly page: number | null;
  readonly method: string;
  readonly url: string;
  /** Chromium's word for what was asked for, such as `Document`. */
  readonly type: string;
  readonly headers: readonly Header[];
  readonly bodyBytes: number;
  readonly from: number;
  /** When the head of the answer was there. */
  answered: number | null;
  to: number | null;
  /** 0 for none. */
  status: number;
  statusText: string;
  protocol: string;
  mimeType: string;
  answerHeaders: readonly Header[];
  answerBytes: number;
  error: string | null;
}

/** Events of a browser that are longer are not read: they carry data in their URLs or bodies. */
const longestEvent = 64 * 1_024;
/** Pages that are told apart; further ones are one. */
const mostPages = 64;
/** What a request takes in events, at most, as far as they are read. */
const eventsEach = 6;

/** The requests of one run: of its pages, as their browser tells them, and of the script itself. */
export class Requests {
  readonly all: Request[] = [];
  /** How many were left out. */
  dropped = 0;
  readonly #moments: Moments;
  readonly #redaction: Redaction;
  readonly #open = new Map<string, Request>();
  /** Pages by session, in the order in which they asked for something first. */
  readonly #pages = new Map<string, number>();
  /** The session that told of a request first: others tell the same again. */
  readonly #teller = new Map<string, string>();
  #events = 0;
  #characters = 0;

  constructor(moments: Moments, redaction: Redaction) {
    this.#moments = moments;
    this.#redaction = redaction;
  }

  /** An event of the browser that a session of the script's gets too. Hostile. */
  event(method: string, params: () => Fields, session: string, characters: number): void {
    if (!Object.hasOwn(readers, method)) return;
    if (characters > longestEvent || this.#isFull(characters)) {
      if (method === 'Network.requestWillBeSent') this.dropped++;
      return;
    }
    const given = params();
    const id = textOf(given['requestId']);
    if (id === '' || id.length > 128) return;
    readers[method]?.(this, id, given, session);
  }

  /** A request of the script itself has ended. */
  network({ time, method, url, status, durationMs, ...entry }: NetworkEntry): void {
    if (this.all.length >= recordBounds.requests.most) {
      this.dropped++;
      return;
    }
    const from = this.#moments.moment(time);
    this.all.push({
      page: null,
      method: this.#redaction.text(method),
      url: this.#redaction.url(url),
      type: 'Fetch',
      headers: [],
      bodyBytes: entry.requestBytes,
      from,
      answered: status === null ? null : from + durationMs,
      to: from + durationMs,
      status: status ?? 0,
      statusText: '',
      protocol: '',
      mimeType: '',
      answerHeaders: [],
      answerBytes: entry.responseBytes,
      error: entry.reason === null ? null : this.#redaction.text(entry.reason),
    });
  }

  begin(id: string, params: Fields, session: string): void {
    if ((this.#teller.get(id) ?? session) !== session) return;
    const before = this.#open.get(id);
    if (before !== undefined) {
      this.answer(id, fieldsOf(params['redirectResponse']));
      this.end(id, null, null);
    }
    if (this.all.length >= recordBounds.requests.most) {
      this.dropped++;
      return;
    }
    const given = fieldsOf(params['request']);
    const page = this.#pages.get(session) ?? Math.min(this.#pages.size + 1, mostPages);
    this.#pages.set(session, page);
    this.#teller.set(id, session);
    const entries = given['postDataEntries'];
    const request: Request = {
      page,
      method: this.#redaction.text(textOf(given['method'])),
      url: this.#redaction.url(textOf(given['url'])),
      type: this.#redaction.text(textOf(params['type'])),
      headers: this.#headers(given['headers']),
      bodyBytes: Array.isArray(entries) ? postBytes(entries) : 0,
      from: this.#moments.now(),
      answered: null,
      to: null,
      status: 0,
      statusText: '',
      protocol: '',
      mimeType: '',
      answerHeaders: [],
      answerBytes: 0,
      error: null,
    };
    this.all.push(request);
    this.#open.set(id, request);
  }

  answer(id: string, response: Fields): void {
    const request = this.#open.get(id);
    if (request === undefined) return;
    request.answered = this.#moments.now();
    request.status = wholeOf(response['status']);
    request.statusText = this.#redaction.text(textOf(response['statusText']));
    request.protocol = this.#redaction.text(textOf(response['protocol']));
    request.mimeType = this.#redaction.text(textOf(response['mimeType']));
    request.answerHeaders = this.#headers(response['headers']);
    request.answerBytes = wholeOf(response['encodedDataLength']);
  }

  end(id: string, bytes: number | null, error: string | null): void {
    const request = this.#open.get(id);
    if (request === undefined) return;
    this.#open.delete(id);
    request.to = this.#moments.now();
    if (bytes !== null) request.answerBytes = bytes;
    request.error = error === null ? null : this.#redaction.text(error);
  }

  #isFull(characters: number): boolean {
    const { requests, readCharacters } = recordBounds;
    this.#characters += characters;
    return ++this.#events > requests.most * eventsEach || this.#characters > readCharacters.most;
  }

  #headers(given: unknown): readonly Header[] {
    return Object.entries(fieldsOf(given))
      .slice(0, recordBounds.headers.most)
      .map(([name, value]) => [
        this.#redaction.text(name),
        this.#redaction.header(name, textOf(value)),
      ]);
  }
}

type Reader = (requests: Requests, id: string, params: Fields, session: string) => void;

const readers: Readonly<Record<string, Reader>> = {
  'Network.requestWillBeSent': (requests, id, params, session) =>
    requests.begin(id, params, session),
  'Network.responseReceived': (requests, id, params) =>
    requests.answer(id, fieldsOf(params['response'])),
  'Network.loadingFinished': (requests, id, params) =>
    requests.end(id, wholeOf(params['encodedDataLength']), null),
  'Network.loadingFailed': (requests, id, params) =>
    requests.end(id, null, textOf(params['blockedReason']) || textOf(params['errorText'])),
};

function wholeOf(value: unknown): number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
    ? Math.round(value)
    : 0;
}

/** Bytes of a body as far as the browser has told it, in base64. */
function postBytes(entries: readonly unknown[]): number {
  let bytes = 0;
  for (const entry of entries)
    bytes += Math.floor((textOf(fieldsOf(entry)['bytes']).length * 3) / 4);
  return bytes;
}
