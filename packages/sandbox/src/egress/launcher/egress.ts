import { type NetworkTimeouts, networkTimeoutTable } from '@castellan/protocol/kinds';
import { supervise, type Supervisor } from '@castellan/protocol/supervise';
import type { GatewayBox } from '../../boxes/gateway/enclosure.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import type { GatewayMessage } from './inbound.ts';
import { machineAddresses, machineNameServers } from './machine.ts';
import { type EgressConfigureMessage, egressTypes, type EgressTimeouts } from '../messages.ts';
import type { RunNetwork } from '../rules/network.ts';
import { checkNetwork } from './check-network.ts';
import { type Carrier, LiveRun, type OnEntry, type RunEgress } from './run-egress.ts';

export interface EgressOptions {
  /** Name servers, as `address` or `address:port`. Default: those of the machine. */
  readonly resolver?: readonly string[];
  /** Certificates in PEM that are trusted besides those of Node. */
  readonly ca?: string;
  /** The `user-agent` of requests whose script does not set one. */
  readonly userAgent?: string;
  /** How long the gateway waits for servers. */
  readonly timeouts?: NetworkTimeouts;
  /** The box of the gateway. Default: none. */
  readonly box?: GatewayBox;
  /** How long the gateway may take until it is ready, in milliseconds. Default: `usualStartMs`. */
  readonly startMs?: number;
}

/** The only way to a network. Disposing of it ends the gateway and all requests. */
export interface Egress extends AsyncDisposable {
  /** The pid of the current gateway; `undefined` while there is none. */
  readonly pid: number | undefined;
  /**
   * The egress of a run, under its own policy. `onEntry` is called with each request that has ended.
   * Throws `invalid_option` for a policy that cannot be used.
   */
  forRun(network: RunNetwork, onEntry?: OnEntry): RunEgress;
}

const defaultTimeouts: EgressTimeouts = {
  connectMs: networkTimeoutTable.connectMs.default,
  headersMs: networkTimeoutTable.headersMs.default,
  idleMs: networkTimeoutTable.idleMs.default,
};

/** How long a request waits for a gateway that is being started again. */
const patienceMs = 10_000;
const longestPauseMs = 5_000;

/**
 * Starts the gateway. Throws `isolation_unavailable` or `box_failed` when it cannot be started. A
 * gateway that dies later is replaced.
 */
export async function openEgress(options: EgressOptions = {}): Promise<Egress> {
  const { ca = null, userAgent = 'Castellan', timeouts } = options;
  const configuration = { ca, userAgent, timeouts: { ...defaultTimeouts, ...timeouts } };
  const live = new LiveEgress(configuration, options);
  await live.ready;
  return live;
}

class LiveEgress implements Egress, Carrier {
  readonly #options: Pick<EgressOptions, 'resolver' | 'box' | 'startMs'>;
  readonly #runs = new Set<LiveRun>();
  /** The run of each request, by the request's number. */
  readonly #routes = new Map<number, LiveRun>();
  /** Runs whose end the gateway has not confirmed, by number. */
  readonly #closing = new Map<number, () => void>();
  readonly #gateways: Supervisor<GatewayProcess>;
  /** The machine's addresses that the current gateway was told. */
  #described: string | undefined;
  #lastId = 0;

  constructor(
    configuration: EgressConfigureMessage,
    options: Pick<EgressOptions, 'resolver' | 'box' | 'startMs'>,
  ) {
    this.#options = options;
    this.#gateways = supervise<GatewayProcess>({
      start: () => startGateway(configuration, (message) => this.#receive(message), options),
      onUp: () => (this.#described = undefined),
      onGone: (gateway, why) => {
        for (const run of this.#runs) run.lost(gateway, why);
      },
      longestPauseMs,
    });
  }

  get pid(): number | undefined {
    return this.#gateways.current?.pid;
  }

  /** Resolves when the gateway works; rejects when it cannot be started. */
  get ready(): Promise<void> {
    return this.#gateways.ready;
  }

  forRun(network: RunNetwork, onEntry: OnEntry = () => undefined): RunEgress {
    checkNetwork(network);
    const run = new LiveRun(this, network, onEntry);
    this.#runs.add(run);
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateways[Symbol.asyncDispose]();
    await Promise.all([...this.#runs].map((run) => run[Symbol.asyncDispose]()));
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  async gateway(): Promise<GatewayProcess | undefined> {
    return this.#gateways.current ?? this.#gateways.arrival(AbortSignal.timeout(patienceMs));
  }

  nameServers(): readonly string[] {
    return this.#options.resolver ?? machineNameServers();
  }

  describeMachine(gateway: GatewayProcess): void {
    const addresses = machineAddresses();
    const described = addresses.join();
    if (this.#described === described) return;
    gateway.send(egressTypes.machine, { addresses });
    this.#described = described;
  }

  route(request: number, run: LiveRun): void {
    this.#routes.set(request, run);
  }

  unroute(request: number): void {
    this.#routes.delete(request);
  }

  forget(run: LiveRun): void {
    this.#runs.delete(run);
  }

  async closed(gateway: GatewayProcess, run: number): Promise<void> {
    const said = new Promise<void>((resolve) => this.#closing.set(run, resolve));
    await Promise.race([said, gateway.gone]);
    this.#closing.delete(run);
  }

  #receive(message: GatewayMessage): void {
    if (message.type === 'closed') this.#closing.get(message.run)?.();
    else if (message.type !== 'ready') this.#routes.get(message.request)?.receive(message);
  }
}
