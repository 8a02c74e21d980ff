import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { Client } from 'undici';
import type { Target } from '../rules/target.ts';
import { dial } from './connect.ts';
import type { EgressTimeouts } from '../messages.ts';
import type { Resolved } from './resolve.ts';

/** The limit of simultaneous connections, and so of simultaneous requests, of a run. */
export const mostConnections = 6;

const headerBytes = 32_768;
/** How long an idle connection is kept for the run's next request to the same origin. */
const keepMs = 4_000;

/** One connection of one run to one origin. It carries one request at a time. */
export interface Connection {
  readonly client: Client;
  readonly origin: string;
  readonly isPrivate: boolean;
  /** The remote address, once it is connected. */
  readonly address: string | null;
  /**
   * Calls `take` with the number of bytes of each read from now on. If it throws, the connection
   * ends.
   */
  onBytes(take: (bytes: number) => void): void;
  close(): Promise<void>;
}

/** The connections of one run. None is ever used for another run. */
export class Connections implements AsyncDisposable {
  readonly #secureContext: SecureContext;
  readonly #timeouts: EgressTimeouts;
  readonly #open = new Set<Connection>();
  readonly #idle: Connection[] = [];

  constructor(secureContext: SecureContext, timeouts: EgressTimeouts) {
    this.#secureContext = secureContext;
    this.#timeouts = timeouts;
  }

  /** An idle connection of an earlier request of this run, if there is one. */
  reuse(origin: string): Connection | undefined {
    const index = this.#idle.findLastIndex((connection) => connection.origin === origin);
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0];
  }

  /** A new connection. It connects when the first request is sent on it. */
  open(target: Target, { addresses, isPrivate }: Resolved): Connection {
    if (this.#open.size >= mostConnections) void this.#idle.shift()?.close();
    const gone = new AbortController();
    let address: string | null = null;
    let take: ((bytes: number) => void) | undefined;
    const client = new Client(target.origin, {
      connect: (_options, done) => {
        const { signal } = gone;
        const { connectMs } = this.#timeouts;
        const secureContext = this.#secureContext;
        dial({ place: target, addresses, secureContext, connectMs, signal }).then(
          (connected) => {
            address = connected.address;
            countBytes(connected.socket, (bytes) => take?.(bytes));
            done(null, connected.socket);
          },
          (error: unknown) => done(error as Error, null),
        );
      },
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: keepMs,
      keepAliveMaxTimeout: keepMs,
      maxHeaderSize: headerBytes,
      headersTimeout: this.#timeouts.headersMs,
      bodyTimeout: this.#timeouts.idleMs,
    });
    const connection: Connection = {
      client,
      origin: target.origin,
      isPrivate,
      get address() {
        return address;
      },
      onBytes: (given) => (take = given),
      close: async () => {
        this.#open.delete(connection);
        const index = this.#idle.indexOf(connection);
        if (index >= 0) this.#idle.splice(index, 1);
        gone.abort();
        await client.destroy();
      },
    };
    // Connections in use are not closed: undici would reconnect for a request that was not sent yet.
    client.on('disconnect', () => {
      if (this.#idle.includes(connection)) void connection.close();
    });
    this.#open.add(connection);
    return connection;
  }

  /** Keeps a connection, after a successful request, for the next one. */
  keep(connection: Connection): void {
    if (this.#open.has(connection)) this.#idle.push(connection);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open].map((connection) => connection.close()));
  }
}

/** Counts the raw bytes that undici reads, since nothing else sees the framing around a body. */
function countBytes(socket: Socket, take: (bytes: number) => void): void {
  let seen = socket.bytesRead;
  socket.on('readable', () => {
    const bytes = socket.bytesRead - seen;
    seen += bytes;
    try {
      take(bytes);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
}
