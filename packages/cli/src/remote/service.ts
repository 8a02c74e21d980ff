import { setTimeout as wait } from 'node:timers/promises';
import { UsageError } from '../args/usage-error.ts';

/** A service said no, or could not be reached. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
}

/** One message of an event stream. */
export interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** How long a broken stream waits before it is opened again. */
const againMs = 500;

/** The service that `CASTELLAN_URL` names, asked with `CASTELLAN_KEY`. */
export class Remote {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal;

  constructor(env: NodeJS.ProcessEnv, signal: AbortSignal) {
    const given = env['CASTELLAN_URL'] ?? 'http://127.0.0.1:7400';
    const url = URL.parse(given);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new UsageError(`CASTELLAN_URL must be an http URL, not ${JSON.stringify(given)}.`);
    }
    const key = env['CASTELLAN_KEY'];
    this.#url = url;
    this.#headers = key === undefined || key === '' ? {} : { authorization: `Bearer ${key}` };
    this.#signal = signal;
  }

  /** An answer that went well. Throws `RemoteError` with what the service says. */
  async ask(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Response> {
    const response = await this.#fetch(path, method, headers);
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as {
      detail?: string;
      title?: string;
    };
    throw new RemoteError(
      `${this.#url.origin} answers ${response.status}: ${problem.detail ?? problem.title ?? response.statusText}`,
    );
  }

  /** The events of a run, each once, across broken connections, up to `run.finished`. */
  async *events(id: string): AsyncGenerator<Message> {
    for (let last = '0'; ;) {
      const response = await this.ask(`/v1/runs/${id}/events`, 'GET', { 'last-event-id': last });
      try {
        for await (const message of messagesOf(response.body ?? new ReadableStream())) {
          last = message.id;
          yield message;
          if (message.event === 'run.finished') return;
        }
      } catch (error) {
        // What a stream throws when its connection breaks.
        if (this.#signal.aborted || !(error instanceof TypeError)) throw error;
      }
      await wait(againMs, undefined, { signal: this.#signal });
    }
  }

  async #fetch(path: string, method: string, headers: Record<string, string>): Promise<Response> {
    try {
      return await fetch(new URL(path, this.#url), {
        method,
        headers: { ...this.#headers, ...headers },
        signal: this.#signal,
        redirect: 'error',
      });
    } catch (error) {
      if (this.#signal.aborted) throw error;
      const { cause, message } = error as Error;
      const why = cause instanceof Error ? cause.message : message;
      throw new RemoteError(`${this.#url.origin} cannot be reached: ${why}`, { cause: error });
    }
  }
}

async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const message of whole) {
      const field = (name: string): string =>
        new RegExp(`^${name}: (.*)$`, 'm').exec(message)?.[1] ?? '';
      const data = field('data');
      if (data !== '') yield { id: field('id'), event: field('event'), data };
    }
  }
}
