import { type EgressRequest, LiveRequest, type ProxyStream, type ProxyWatch } from './request.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { HeadBudget } from './heads.ts';
import type { GatewayMessage } from './inbound.ts';
import { egressTypes, type EntryMessage, longest, type EgressRequestHead } from '../messages.ts';
import type { NetworkEntry, Run } from '@castellan/protocol';
import { caps } from '@castellan/protocol/frames';
import type { RunNetwork } from '../rules/network.ts';
import { readPolicy } from '../rules/policy.ts';
import { type SecretRule, withoutSecrets } from '../rules/secrets.ts';
import { loggedUrl } from '../rules/target.ts';

/** Takes the entry of a request that has ended, and whether it was a page's. */
export type OnEntry = (entry: NetworkEntry, isOfPage: boolean) => void;

/** The egress of one run. Disposing of it ends its requests and closes its sockets. */
export interface RunEgress extends AsyncDisposable {
  /** Whether every request is refused, so that there is no use in waiting for the whole of one. */
  readonly refusesAll: boolean;
  /** Starts a request. Never throws: a request that is not allowed fails like any other. */
  request(head: EgressRequestHead): EgressRequest;
  /**
   * Starts a connection that speaks HTTP to a proxy: `CONNECT`, or requests with a whole URL. Each
   * of them is checked and logged like one of `request`. A browser's has a `watch`. Never throws.
   */
  proxy(watch?: ProxyWatch): ProxyStream;
  /** The requests that have ended, in the order in which they did. */
  readonly log: readonly NetworkEntry[];
  /** How many requests have been tried, each step of a redirect counted. */
  readonly networkRequests: number;
  /** Bytes of the requests in `log`, in both directions. */
  readonly networkBytes: number;
  /** Whether a request was refused because of each limit. */
  readonly exceeded: Exceeded;
}

/** Limits that requests of a run have come up against. */
export type Exceeded = Readonly<Omit<Run['truncated'], 'logs'>>;

/** For a run that has not come up against any. */
export const nothingExceeded: Exceeded = { networkRequests: false, networkBytes: false };

/** The part of the egress that its runs use. */
export interface Carrier {
  /** A unique number, for a run or a request. */
  nextId(): number;
  /** Resolves with a running gateway; with `undefined` when there is none for some time. */
  gateway(): Promise<GatewayProcess | undefined>;
  /** The current name servers, for a run that begins. */
  nameServers(): readonly string[];
  /** Sends the machine's current addresses to the gateway, unless it has them. */
  describeMachine(gateway: GatewayProcess): void;
  /** Routes frames about that request to the run. */
  route(request: number, run: LiveRun): void;
  unroute(request: number): void;
  /** Unsubscribes a run that has ended. */
  forget(run: LiveRun): void;
  /** Resolves when the gateway has confirmed the end of the run, or is gone. */
  closed(gateway: GatewayProcess, run: number): Promise<void>;
}

/**
 * The limit of requests that the gateway has not ended yet. Aborted ones count, so aborting does
 * not raise it.
 */
const mostCarried = 2 * caps.openFetches;

interface Carried {
  readonly request: LiveRequest;
  /** `null` for a client's connection, whose requests the gateway parses. */
  readonly head: EgressRequestHead | null;
  /** Of a browser's connection. */
  readonly watch: ProxyWatch | undefined;
  readonly time: number;
  gateway: GatewayProcess | undefined;
}

export class LiveRun implements RunEgress {
  readonly refusesAll = false;
  readonly log: NetworkEntry[] = [];
  readonly #carrier: Carrier;
  readonly #network: RunNetwork;
  readonly #secrets: readonly SecretRule[];
  readonly #onEntry: OnEntry;
  readonly #id: number;
  /** Requests under way, by number. */
  readonly #carried = new Map<number, Carried>();
  readonly #heads = new HeadBudget();
  /** The gateway that has the policy of this run. */
  #home: GatewayProcess | undefined;
  readonly #exceeded = { ...nothingExceeded };
  #bytes = 0;
  #isOver = false;

  constructor(carrier: Carrier, network: RunNetwork, onEntry: OnEntry) {
    this.#carrier = carrier;
    this.#network = network;
    this.#secrets = readPolicy(network).secrets;
    this.#onEntry = onEntry;
    this.#id = carrier.nextId();
  }

  get networkRequests(): number {
    return this.log.length;
  }

  get networkBytes(): number {
    return this.#bytes;
  }

  get exceeded(): Exceeded {
    return this.#exceeded;
  }

  request(head: EgressRequestHead): EgressRequest {
    return this.#carry(head);
  }

  proxy(watch?: ProxyWatch): ProxyStream {
    return this.#carry(null, watch);
  }

  #carry(head: EgressRequestHead | null, watch?: ProxyWatch): LiveRequest {
    const id = this.#carrier.nextId();
    const isOneTooMany =
      this.#carried.size >= mostCarried || (head !== null && !this.#heads.take(head));
    const request = new LiveRequest(() => {
      if (head !== null && !isOneTooMany) this.#heads.give(head);
      this.#carried.delete(id);
      this.#carrier.unroute(id);
    });
    const carried: Carried = { request, head, watch, time: Date.now(), gateway: undefined };
    this.#carried.set(id, carried);
    if (this.#isOver || isOneTooMany) request.fail();
    else void this.#start(id, carried);
    return request;
  }

  /** Handles a frame about one of this run's requests. */
  receive(message: Exclude<GatewayMessage, { readonly type: 'ready' | 'closed' }>): void {
    const carried = this.#carried.get(message.request);
    if (message.type === 'entry') this.#record(message.entry, carried);
    else if (message.type === 'reached') carried?.watch?.reached(message);
    else carried?.request.receive(message);
  }

  /** Called when a gateway has died: its requests of this run have failed. */
  lost(gateway: GatewayProcess, why: string): void {
    if (this.#home === gateway) this.#home = undefined;
    for (const carried of this.#carried.values()) {
      if (carried.gateway === gateway) this.#giveUp(carried, why);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    const home = this.#home;
    this.#home = undefined;
    if (home !== undefined) {
      home.send(egressTypes.close, { run: this.#id });
      await this.#carrier.closed(home, this.#id);
    }
    for (const carried of this.#carried.values()) this.#giveUp(carried, 'the run is over');
    this.#carrier.forget(this);
  }

  async #start(id: number, carried: Carried): Promise<void> {
    const gateway = await this.#carrier.gateway();
    if (carried.request.isOver) return;
    if (gateway === undefined) return this.#giveUp(carried, 'the gateway is not running');
    if (this.#isOver) return this.#giveUp(carried, 'the run is over');
    if (this.#home !== gateway) {
      const used = { requests: this.networkRequests, bytes: this.#bytes };
      const nameServers = this.#carrier.nameServers();
      gateway.send(egressTypes.run, { run: this.#id, network: this.#network, nameServers, used });
      this.#home = gateway;
    }
    this.#carrier.describeMachine(gateway);
    carried.gateway = gateway;
    this.#carrier.route(id, this);
    const { head } = carried;
    carried.request.start(
      {
        run: this.#id,
        request: id,
        ...(head === null ? { isBrowser: carried.watch !== undefined } : knownKeys(head)),
      },
      (type, message, bytes) => gateway.send(type, message, bytes),
    );
  }

  /** Ends a request whose gateway is gone or must not go on, and logs it. */
  #giveUp(carried: Carried, reason: string): void {
    const { request, head, time } = carried;
    const outcome = this.#isOver ? 'aborted' : 'failed';
    request.fail();
    const entry = {
      time,
      method: head === null ? 'CONNECT' : head.method.slice(0, longest.method),
      url: withoutSecrets(loggedUrl(head?.url ?? ''), this.#secrets).slice(0, longest.url),
      host: '',
      address: null,
      status: null,
      durationMs: Math.max(0, Date.now() - time),
      requestBytes: 0,
      responseBytes: 0,
      outcome,
      code: this.#isOver ? null : 'failed',
      reason,
    } as const;
    this.#record(entry, carried);
  }

  #record({ time, ...rest }: Omit<EntryMessage, 'request'>, carried: Carried | undefined): void {
    this.#bytes += rest.requestBytes + rest.responseBytes;
    const entry = { seq: this.log.length + 1, time: new Date(time).toISOString(), ...rest };
    this.log.push(entry);
    if (entry.code === 'too_many_requests') this.#exceeded.networkRequests = true;
    if (entry.code === 'too_many_bytes') this.#exceeded.networkBytes = true;
    const watch = carried?.watch;
    this.#onEntry(entry, watch !== undefined);
    watch?.ended(entry);
  }
}

/** Copies the known keys only: the head comes from a script. */
function knownKeys({
  url,
  method,
  headers,
  redirect,
  hasBody,
  bodyBytes = null,
}: EgressRequestHead): EgressRequestHead {
  return { url, method, headers, redirect, hasBody, bodyBytes };
}
