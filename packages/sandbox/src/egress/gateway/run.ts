import type { SecureContext } from 'node:tls';
import type { EgressTimeouts, EgressRunMessage } from '../messages.ts';
import { readPolicy } from '../rules/policy.ts';
import { Budget } from './budget.ts';
import { Connections, mostConnections } from './connections.ts';
import { fetchFor, type Request, type RunParts } from './fetch.ts';
import { type Caller, Proxy } from './proxy.ts';
import { Names } from './resolve.ts';
import { Slots } from './slots.ts';
import type { StreamSocket } from './stream-socket.ts';
import { mostTunnels, type TunnelParts } from './tunnel.ts';

/** Settings that all runs share. Nothing in it can carry state from one run to another. */
export interface Settings {
  readonly userAgent: string;
  readonly timeouts: EgressTimeouts;
  readonly secureContext: SecureContext;
}

/**
 * One run in the gateway. `own` returns the addresses of the machine. Disposing of it ends its
 * requests and closes its sockets.
 */
export class EgressRun implements AsyncDisposable {
  readonly #parts: RunParts &
    TunnelParts & { readonly names: Names; readonly connections: Connections };
  readonly #over = new AbortController();
  readonly #requests = new Set<Promise<void>>();
  #proxy: Proxy | undefined;

  constructor(
    { network, nameServers, used }: EgressRunMessage,
    settings: Settings,
    own: () => ReadonlySet<string>,
  ) {
    const policy = readPolicy(network);
    this.#parts = {
      policy,
      budget: new Budget(policy, used),
      connections: new Connections(settings.secureContext, settings.timeouts),
      names: new Names(nameServers, own),
      slots: new Slots(mostConnections),
      tunnels: new Slots(mostTunnels),
      secureContext: settings.secureContext,
      connectMs: settings.timeouts.connectMs,
      userAgent: settings.userAgent,
    };
  }

  /** Carries out a request. Resolves with true when the script got a whole response. */
  async fetch(request: Request): Promise<boolean> {
    const signal = AbortSignal.any([request.signal, this.#over.signal]);
    const done = fetchFor(this.#parts, { ...request, signal });
    this.#requests.add(done);
    try {
      await done;
      return true;
    } catch {
      // The reason is in the log entry, for the operator. The script only learns that it failed.
      return false;
    } finally {
      this.#requests.delete(done);
    }
  }

  /** Serves a client's connection to the HTTP proxy until it is closed. */
  async proxy(socket: StreamSocket, { signal, onEntry }: Caller): Promise<void> {
    this.#proxy ??= new Proxy(this.#parts);
    const ended = AbortSignal.any([signal, this.#over.signal]);
    const done = this.#proxy.serve(socket, { signal: ended, onEntry });
    this.#requests.add(done);
    await done;
    this.#requests.delete(done);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new Error('the run is over'));
    this.#parts.names[Symbol.dispose]();
    await Promise.allSettled(this.#requests);
    await this.#parts.connections[Symbol.asyncDispose]();
  }
}
