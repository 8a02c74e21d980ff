import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** The oldest API that has all that a box needs: that of Docker 20.10. */
export const oldestApi = '1.41';

/** How long the daemon may take for one call; a start that hangs for longer never ends. */
const callMs = 20_000;

/** The daemon refused a call, or could not be asked. The message is its own. */
export class DockerError extends Error {
  override readonly name = 'DockerError';
  /** The status of its answer, or the code of the system's error. */
  readonly code: number | string;

  constructor(code: number | string, message: string) {
    super(message);
    this.code = code;
  }
}

type Call = readonly [method: 'GET' | 'POST' | 'DELETE', path: string, body?: object];

/** The API of a Docker daemon, over its socket. Each call has a connection of its own. */
export class DockerApi {
  readonly socket: string;

  constructor(socket: string) {
    this.socket = socket;
  }

  /** Makes a call and reads its answer. Rejects with a `DockerError`. */
  async call(...call: Call): Promise<unknown> {
    const sent = this.#send(call);
    sent.setTimeout(callMs, () => sent.destroy(new Error(`no answer after ${callMs / 1000} s`)));
    const answer = await answerTo(sent);
    const text = await textOf(answer);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  /** Makes a call whose answer comes much later. Resolves when the daemon has begun to wait. */
  async wait(path: string): Promise<{ readonly answer: Promise<unknown>; stop(): void }> {
    const sent = this.#send(['POST', path]);
    const incoming = await answerTo(sent);
    const answer = textOf(incoming).then((text) => JSON.parse(text) as unknown);
    answer.catch(() => undefined);
    return { answer, stop: () => void sent.destroy() };
  }

  /** Makes a call after which the connection is the container's. */
  async attach(path: string): Promise<Socket> {
    const sent = this.#send(['POST', path], { connection: 'Upgrade', upgrade: 'tcp' });
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    sent.once('upgrade', (_answer, socket: Socket, head: Buffer) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    answerTo(sent).then((answer) => {
      answer.destroy();
      reject(new DockerError(answer.statusCode ?? 0, 'it does not hand over the connection'));
    }, reject);
    return promise;
  }

  /** Sends a stream, such as an image, and returns what the daemon says about it. */
  async upload(path: string, content: AsyncIterable<Uint8Array>): Promise<string> {
    const sent = request({
      ...this.#target(['POST', path]),
      headers: { 'content-type': 'application/x-tar' },
    });
    const answer = answerTo(sent);
    const [answered, written] = await Promise.allSettled([answer, pipeline(content, sent)]);
    // Of a daemon that refuses what it is sent, its own words say more than the broken pipe.
    if (answered.status === 'rejected') throw answered.reason;
    if (written.status === 'rejected') throw written.reason;
    return textOf(answered.value);
  }

  #send(call: Call, headers: Readonly<Record<string, string>> = {}): ClientRequest {
    const [, , body] = call;
    const text = body === undefined ? '' : JSON.stringify(body);
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const length = { 'content-length': String(Buffer.byteLength(text)) };
    const sent = request({ ...this.#target(call), headers: { ...headers, ...type, ...length } });
    sent.end(text);
    return sent;
  }

  #target([method, path]: Call) {
    return {
      socketPath: this.socket,
      agent: false,
      method,
      path: `/v${oldestApi}${path}`,
    } as const;
  }
}

/** Resolves with an answer that is no error. */
function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  sent.on('error', (error: NodeJS.ErrnoException) =>
    reject(new DockerError(error.code ?? 'failed', error.message)),
  );
  sent.once('response', (answer) => {
    const status = answer.statusCode ?? 0;
    if (status < 400) return resolve(answer);
    textOf(answer).then((text) => reject(new DockerError(status, messageOf(text))), reject);
  });
  return promise;
}

/** What is read of an answer. Lists of containers and images are far below it. */
const mostText = 2 ** 24;

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    if (length > mostText) throw new DockerError('long', 'its answer is too long');
  }
  // The descriptor is closed in a later turn.
  if (!answer.socket.closed) await once(answer.socket, 'close');
  return Buffer.concat(pieces).toString();
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message: string }).message;
  } catch {
    return text.slice(0, 500);
  }
}
