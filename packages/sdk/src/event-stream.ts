import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';
import { CastellanError } from './error.ts';

/** The messages of a `text/event-stream` body. One that is cut off is dropped. */
export async function* messagesOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  // By a reader, since not every browser iterates streams.
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The body of an answer that is a stream of events. */
export function streamOf(response: Response): ReadableStream<Uint8Array<ArrayBuffer>> {
  const type = response.headers.get('content-type') ?? 'no type';
  if (response.body !== null && type.startsWith('text/event-stream')) return response.body;
  const text = `${response.url} answers ${type} in place of events. Is the url that of a Castellan service?`;
  throw new CastellanError(response.status, 'broken_answer', text);
}
