import { shown } from '@castellan/protocol/kinds';
import { setTimeout as wait } from 'node:timers/promises';
import { withFlagNames } from '../args/flag-names.ts';
import { UsageError } from '../args/usage-error.ts';
import { parseExactly } from '../output/exact-json.ts';

/** A service refused a request, or could not be reached. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  /** Whether the service could not be reached, so that a retry may succeed. */
  readonly isAway: boolean;
  /** What to do about it; null if nobody knows. */
  readonly fix: string | null;
  /** The page about the problem, on the service; null if it named none. */
  readonly page: string | null;
  /** Whether the request was at fault, and not the service. */
  readonly isCallers: boolean;

  constructor(message: string, details: RemoteErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.isAway = details.isAway ?? false;
    this.fix = details.fix ?? null;
    this.page = details.page ?? null;
    this.isCallers = details.isCallers ?? false;
  }
}

interface RemoteErrorDetails {
  readonly isAway?: boolean;
  readonly fix?: string | null;
  readonly page?: string | null;
  readonly isCallers?: boolean;
  readonly cause?: unknown;
}

/** The parts of a problem document (RFC 9457) that are said here. */
interface ProblemDocument {
  readonly type?: unknown;
  readonly title?: string;
  readonly detail?: string;
  readonly fix?: unknown;
  readonly errors?: readonly { readonly pointer?: unknown; readonly detail?: unknown }[];
  readonly file?: string | null;
  readonly line?: number | null;
  readonly column?: number | null;
}

/** What to send beside the path. */
interface Sending {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** One server-sent event, its data parsed as JSON. */
export interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Pause before a broken event stream is opened again. */
const againMs = 500;

/** How long a service that has answered before may be unreachable: a restart takes seconds. */
const usualPatienceMs = 60_000;

/** Client of the service that `CASTELLAN_URL` names, with the key in `CASTELLAN_KEY`. */
export class Remote {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #signal: AbortSignal;
  readonly #patienceMs: number;

  constructor(env: NodeJS.ProcessEnv, signal: AbortSignal, patienceMs = usualPatienceMs) {
    const given = env['CASTELLAN_URL'] ?? 'http://127.0.0.1:7400';
    const url = URL.parse(given);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new UsageError(`CASTELLAN_URL must be an http URL, not ${shown(given)}.`);
    }
    const key = env['CASTELLAN_KEY'];
    this.#url = url;
    this.#headers = key === undefined || key === '' ? {} : { authorization: `Bearer ${key}` };
    this.#signal = signal;
    this.#patienceMs = patienceMs;
  }

  /** Where the service is, for messages. */
  get origin(): string {
    return this.#url.origin;
  }

  /** Returns a successful response. Throws a `RemoteError` with the detail of the problem. */
  async ask(path: string, sending: Sending = {}): Promise<Response> {
    const response = await this.#fetch(path, sending);
    if (response.ok) return response;
    const problem = (await response.json().catch(() => ({}))) as ProblemDocument;
    const { status } = response;
    const fix = typeof problem.fix === 'string' ? problem.fix : null;
    const type = typeof problem.type === 'string' ? problem.type : null;
    throw new RemoteError(`${this.origin} answers ${status}: ${saying(problem, response)}`, {
      isAway: status === 502 || status === 503,
      fix: fix ?? (status === 401 ? 'put a key into CASTELLAN_KEY: castellan keys create' : null),
      page: type === null ? null : (URL.parse(type, this.#url.href)?.href ?? null),
      isCallers: status >= 400 && status < 500,
    });
  }

  /** Returns the JSON of a successful response. */
  async read<Body>(path: string, sending: Sending = {}): Promise<Body> {
    const text = await this.#whole(await this.ask(path, sending), (response) => response.text());
    return this.#parse(text) as Body;
  }

  /** Returns the bytes of a successful response. */
  async readBytes(path: string): Promise<Uint8Array> {
    return this.#whole(await this.ask(path), (response) => response.bytes());
  }

  /** Yields the events of a run, each one once, across reconnects, up to `run.finished`. */
  async *events(id: string): AsyncGenerator<Message> {
    let last = '0';
    let giveUpAt: number | undefined;
    for (;;) {
      try {
        const headers = { 'last-event-id': last };
        const response = await this.ask(`/v1/runs/${id}/events`, { headers });
        this.#refuseOthers(response);
        giveUpAt = undefined;
        for await (const message of messagesOf(response.body ?? new ReadableStream())) {
          last = message.id;
          yield { ...message, data: this.#parse(message.data) };
          if (message.event === 'run.finished') return;
        }
        giveUpAt = performance.now() + this.#patienceMs;
      } catch (error) {
        // `fetch` throws a TypeError when the connection of a stream breaks.
        const isBroken = error instanceof TypeError;
        if (isBroken) giveUpAt = performance.now() + this.#patienceMs;
        const isAway = isBroken || (error instanceof RemoteError && error.isAway);
        if (this.#signal.aborted || !isAway) throw error;
        if (giveUpAt === undefined || performance.now() > giveUpAt) throw error;
      }
      await wait(againMs, undefined, { signal: this.#signal });
    }
  }

  #refuseOthers({ headers }: Response): void {
    const type = headers.get('content-type') ?? '';
    if (type.startsWith('text/event-stream')) return;
    throw new RemoteError(
      `${this.#url.origin} answers what is no stream of events (${type || 'without a type'}). Is CASTELLAN_URL right?`,
    );
  }

  #parse(text: string): unknown {
    try {
      return parseExactly(text);
    } catch {
      throw new RemoteError(`${this.#url.origin} answers what is no JSON. Is CASTELLAN_URL right?`);
    }
  }

  async #whole<Body>(
    response: Response,
    read: (response: Response) => Promise<Body>,
  ): Promise<Body> {
    try {
      return await read(response);
    } catch (error) {
      if (this.#signal.aborted) throw error;
      throw new RemoteError(`${this.#url.origin} broke off its answer.`, { cause: error });
    }
  }

  async #fetch(path: string, { method = 'GET', headers, body }: Sending): Promise<Response> {
    const json = { 'content-type': 'application/json' };
    try {
      return await fetch(new URL(path, this.#url), {
        method,
        headers: { ...this.#headers, ...(body === undefined ? {} : json), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: this.#signal,
        redirect: 'error',
      });
    } catch (error) {
      if (this.#signal.aborted) throw error;
      const { cause, message } = error as Error;
      const why = cause instanceof Error ? cause.message : message;
      throw new RemoteError(`${this.#url.origin} cannot be reached: ${why}`, {
        cause: error,
        isAway: true,
        fix: 'start it with castellan serve, or name another with CASTELLAN_URL',
      });
    }
  }
}

/** What a problem says, with the place in the script; flags in place of the fields of the request. */
function saying(problem: ProblemDocument, { statusText }: Response): string {
  const { errors = [], file, line, column } = problem;
  const place = [file, line, column].filter((part) => part !== undefined && part !== null);
  const fields = errors.map(({ pointer, detail }) => {
    const field = String(pointer).slice(1).replaceAll('/', '.');
    return withFlagNames(field === '' ? String(detail) : `${field}: ${String(detail)}`);
  });
  const said =
    fields.length > 0 ? fields.join(' ') : (problem.detail ?? problem.title ?? statusText);
  return place.length > 0 ? `${place.join(':')}: ${said}` : said;
}

/**
 * Yields the messages with data. Castellan ends lines with line feeds only, so nothing else is
 * handled.
 */
async function* messagesOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ readonly id: string; readonly event: string; readonly data: string }> {
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const whole = (text + piece).split('\n\n');
    text = whole.pop() ?? '';
    for (const message of whole) {
      const fields = new Map(
        message.split('\n').map((line) => {
          const [name = ''] = line.split(':', 1);
          return [name, line.slice(name.length + 2)];
        }),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      yield { id: fields.get('id') ?? '', event: fields.get('event') ?? '', data };
    }
  }
}
