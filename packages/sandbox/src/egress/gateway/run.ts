import type { SecureContext } from 'node:tls';
import type { EgressTimeouts, EgressRunMessage, Reached } from '../messages.ts';
import { readPolicy } from '../rules/policy.ts';
import { Budget } from './budget.ts';
import { Connections, mostConnections } from './connections.ts';
import { fetchFor, type Request, type RunParts } from './fetch.ts';
import type { Caller } from './caller.ts';
import { Proxy } from './proxy.ts';
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
  /** Addresses by place. Their number is bounded by `networkRequests`. */
  readonly #reached = new Map<string, string>();
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
      forwarded: new Slots(mostTunnels),
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
  async proxy(socket: StreamSocket, caller: Caller): Promise<void> {
    this.#proxy ??= new Proxy(this.#parts);
    const signal = AbortSignal.any([caller.signal, this.#over.signal]);
    const onReached = (reached: Reached): void => {
      if (caller.isBrowser && this.#isNews(reached)) caller.onReached(reached);
    };
    const done = this.#proxy.serve(socket, { ...caller, signal, onReached });
    this.#requests.add(done);
    await done;
    this.#requests.delete(done);
  }

  /** Whether the launcher does not know yet that the place has this address. */
  #isNews({ place, address }: Reached): boolean {
    if (this.#reached.get(place) === address) return false;
    this.#reached.set(place, address);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort(new Error('the run is over'));
    this.#parts.names[Symbol.dispose]();
    await Promise.allSettled(this.#requests);
    await this.#parts.connections[Symbol.asyncDispose]();
  }
}
