import type { PageEvent, PagePicture, Run } from '@castellan/protocol';
import { messagesOf, streamOf } from './event-stream.ts';
import type { Http } from './http.ts';
import { pause } from './pause.ts';

/** Larger than any `seq`: pictures are asked for, and no events. */
const afterAll = 999_999_999_999_999;
/** Before a stream that broke is opened again. */
const againMs = 250;

/**
 * Pictures of the pages of a run, up to its end. A stream that breaks is opened again. Throws
 * `CastellanError`, or the signal's reason.
 */
export async function* pagesOf(
  http: Http,
  id: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<PagePicture> {
  const path = `v1/runs/${encodeURIComponent(id)}`;
  for (;;) {
    const response = await http.ask(`${path}/events?pages=true&after=${afterAll}`, {
      headers: { accept: 'text/event-stream' },
      signal,
    });
    const messages = messagesOf(streamOf(response));
    try {
      for (;;) {
        const { done, value } = await messages.next().catch(() => broken);
        if (done === true) break;
        if (value.event === 'page') yield pictureOf(http.parse(value.data) as PageEvent);
      }
    } finally {
      await messages.return();
    }
    signal?.throwIfAborted();
    // A stream ends with its run, with a process of the service, or with whatever lies between.
    const { finishedAt } = await http.json<Run>(path, { signal });
    if (finishedAt !== null) return;
    await pause(againMs, signal);
  }
}

const broken = { done: true, value: undefined } as const;

function pictureOf({ page, time, data }: PageEvent): PagePicture {
  return { page, time, jpeg: Uint8Array.from(atob(data), (each) => each.charCodeAt(0)) };
}
