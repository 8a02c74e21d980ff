import type http from 'node:http';
import type https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const { getBuiltinModule } = process;

/**
 * Makes plain requests of `http` and `fetch` go to the proxy as requests, whatever agent of Node's own
 * they are made with: through a tunnel the gateway could neither count them nor insert secrets. Requests
 * over TLS are connections like any other.
 */
export function routeRequests(port: number): void {
  // Loaded when they are used: most boxes never speak HTTP.
  const http = getBuiltinModule('node:http');
  const https = getBuiltinModule('node:https');
  const proxy = `http://127.0.0.1:${port}`;
  const proxyEnv = { HTTP_PROXY: proxy };
  http.setGlobalProxyFromEnv(proxyEnv);
  routeFetch(proxy);
  for (const module of [http, https]) {
    module.Agent = proxiedAgent(module.Agent, proxyEnv);
    // What `agent: false` makes one of.
    Object.defineProperty(module.globalAgent, 'constructor', { value: module.Agent });
  }
  syncBuiltinESMExports();
}

/** A dispatcher of undici's, as far as this needs to know it. */
interface Dispatcher {
  dispatch(options: { readonly origin?: unknown }, handler: unknown): boolean;
}

/** The globals in which copies of undici, Node's own among them, keep their dispatcher. */
const dispatchers = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map(Symbol.for);

/**
 * Node has no option for what undici's dispatcher has one for; its class can be reached by the instance
 * only.
 */
function routeFetch(proxy: string): void {
  const global = globalThis as unknown as Record<symbol, Dispatcher | undefined>;
  for (const name of dispatchers) {
    const current = global[name];
    if (current === undefined) continue;
    const Own = current.constructor as new (options: object) => Dispatcher;
    const proxied = new Own({ httpProxy: proxy, httpsProxy: proxy, proxyTunnel: false });
    const direct = new Own({ httpProxy: proxy, httpsProxy: proxy, noProxy: '*' });
    const { dispatch } = proxied;
    proxied.dispatch = (options, handler) =>
      /^https:/i.test(String(options.origin))
        ? direct.dispatch(options, handler)
        : Reflect.apply(dispatch, proxied, [options, handler]);
    global[name] = proxied;
  }
}

/**
 * The class of agents, changed so that agents that the script makes use the proxy too. One that opens its
 * connections by itself has them led through tunnels, and speaks to the server.
 */
function proxiedAgent<Agent extends typeof http.Agent | typeof https.Agent>(
  own: Agent,
  proxyEnv: object,
): Agent {
  const { createConnection, createSocket } = own.prototype as AgentInside;
  const opensItself = (made: { readonly prototype: AgentInside }): boolean =>
    made.prototype.createConnection !== createConnection ||
    made.prototype.createSocket !== createSocket;
  const withProxy = ([options, ...rest]: unknown[]): unknown[] => [
    { proxyEnv, ...(options as object | undefined) },
    ...rest,
  ];
  return new Proxy(own, {
    construct: (target, args, made) =>
      Reflect.construct(
        target,
        opensItself(made as unknown as Agent) ? args : withProxy(args),
        made,
      ) as object,
    apply: (target, self, args) =>
      Reflect.apply(target as unknown as () => unknown, self, withProxy(args)) as unknown,
  });
}

/** What an agent opens its connections with. */
interface AgentInside {
  readonly createConnection?: unknown;
  readonly createSocket?: unknown;
}
