import { readFileSync } from 'node:fs';
import { recordBounds } from '@castellan/protocol';
import { commented, fitting } from './fitting.ts';
import type { Moments } from './moments.ts';
import type { Header, Request } from './requests.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/**
 * The requests as HAR 1.2, which browsers' own tools open. Bodies are not in it; what starts with `_` is
 * ours, as the format has it. `comment` says what was left out.
 */
export function harOf(requests: readonly Request[], moments: Moments, comment: string): string {
  const pages = [...new Set(requests.map(({ page }) => page))].filter((page) => page !== null);
  // Of a request of the script's own, the end tells of all of it.
  const inOrder = requests.toSorted((one, other) => one.from - other.from);
  const entries = fitting(inOrder.map((request) => JSON.stringify(entryOf(request, moments))));
  const head = {
    version: '1.2',
    creator: { name: 'Castellan', version },
    comment: commented(comment, entries.rest),
    pages: pages.map((page) => {
      const first = requests.find((request) => request.page === page);
      return {
        id: `page_${page}`,
        startedDateTime: moments.time(first?.from ?? 0),
        title: first?.url ?? '',
        pageTimings: {},
      };
    }),
  };
  return `{"log":${JSON.stringify(head).slice(0, -1)},"entries":${entries.list}}}\n`;
}

function entryOf(request: Request, moments: Moments): object {
  const { from, answered, to } = request;
  const end = to ?? answered ?? from;
  const waited = (answered ?? end) - from;
  const url = URL.parse(request.url);
  return {
    ...(request.page === null ? {} : { pageref: `page_${request.page}` }),
    startedDateTime: moments.time(from),
    time: tenth(end - from),
    request: {
      method: request.method,
      url: request.url,
      httpVersion: request.protocol,
      cookies: [],
      headers: named(request.headers),
      queryString: named([...(url?.searchParams ?? [])].slice(0, recordBounds.headers.most)),
      headersSize: -1,
      bodySize: request.bodyBytes,
    },
    response: {
      status: request.status,
      statusText: request.statusText,
      httpVersion: request.protocol,
      cookies: [],
      headers: named(request.answerHeaders),
      content: { size: request.answerBytes, mimeType: request.mimeType },
      redirectURL: locationOf(request),
      headersSize: -1,
      bodySize: request.answerBytes,
      ...(request.error === null ? {} : { _error: request.error }),
    },
    cache: {},
    timings: { send: 0, wait: tenth(waited), receive: tenth(Math.max(0, end - from - waited)) },
    _resourceType: request.type.toLowerCase(),
    ...(to === null ? { _unfinished: true } : {}),
  };
}

function named(list: readonly Header[]): object[] {
  return list.map(([name, value]) => ({ name, value }));
}

function locationOf({ answerHeaders }: Request): string {
  return answerHeaders.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? '';
}

export function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}
