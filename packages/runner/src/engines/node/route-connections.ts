import { readFileSync } from 'node:fs';
import { isIP, Socket, type TcpNetConnectOpts } from 'node:net';

/** A way to a server for a client that connects to the forwarder. */
export interface Tunnel {
  /** The address of loopback that the client has to connect from. */
  readonly from: string;
  /** Connects to the server. Resolves to false when the gateway refuses that, or nobody answers there. */
  open(): Promise<boolean>;
  /** Ends it if the client has not come. */
  cancel(): void;
}

/** What `connect` of a socket takes, as far as it is about TCP. */
type Options = Partial<Omit<TcpNetConnectOpts, 'port'>> & {
  readonly port?: number | string;
  readonly path?: string;
};

/**
 * Makes all TCP connections of this thread that do not stay in the box go through the forwarder on
 * `proxyPort`, whoever opens them: an agent of the script's own, another copy of undici, TLS, the client
 * of a database. Whether a server may be reached is the gateway's to decide.
 */
export function routeConnections(proxyPort: number, tunnelTo: (authority: string) => Tunnel): void {
  const own = Socket.prototype.connect;

  function connect(this: Socket, ...args: readonly unknown[]): Socket {
    const [options, listener] = argumentsOf(args);
    const [host, port] = placeOf(options);
    if (options.path || !isPort(port) || isOfTheBox(host, port)) {
      return Reflect.apply(own, this, args) as Socket;
    }
    const isName = isIP(host) === 0;
    const tunnel = tunnelTo(`${isIP(host) === 6 ? `[${host}]` : host}:${port}`);
    this.once('close', tunnel.cancel);
    const routed: TcpNetConnectOpts = {
      ...options,
      port: proxyPort,
      localAddress: tunnel.from,
      // What connects waits for the look-up of its host and fails with it. Addresses are not looked up.
      host: isName ? host : 'address.invalid',
      autoSelectFamily: false,
      lookup: (_host, _options, done) =>
        void tunnel.open().then((isOpen) => {
          if (isOpen) done(null, '127.0.0.1', 4);
          else done(unreachable(host, port), '', 4);
        }),
    };
    delete routed.localPort;
    return Reflect.apply(own, this, [routed, listener]) as Socket;
  }

  Socket.prototype.connect = connect;
}

/** Whether what is to be connected to may be outside of the box. */
export function mayLeave(...args: readonly unknown[]): boolean {
  const [options] = argumentsOf(args);
  const [host, port] = placeOf(options);
  return !options.path && isPort(port) && !loopback.test(host);
}

function placeOf(options: Options): [host: string, port: number] {
  return [options.host || 'localhost', Number(options.port)];
}

/** The arguments of `connect`: options, which Node may have read already, or a port and a host, or a path. */
function argumentsOf(args: readonly unknown[]): [Options, unknown] {
  const [first, second] = args;
  if (Array.isArray(first)) return first as [Options, unknown];
  const listener = args.findLast((value) => typeof value === 'function');
  if (typeof first === 'object' && first !== null) return [first, listener];
  const isPath = typeof first === 'string' && !(Number(first) >= 0);
  const options: Options = isPath
    ? { path: first }
    : {
        ...(first === undefined ? {} : { port: first as number | string }),
        ...(typeof second === 'string' ? { host: second } : {}),
      };
  return [options, listener];
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

const loopback = /^(?:localhost|127(?:\.\d+){3}|(?:::ffff:)?127(?:\.\d+){3}|::1?|0\.0\.0\.0)$/i;

/** Whether the box has a server of its own there: of this process, or of another one. */
function isOfTheBox(host: string, port: number): boolean {
  if (!loopback.test(host)) return false;
  const listening = new RegExp(`:${port.toString(16).padStart(4, '0')} [\\dA-F:]+ 0A `, 'i');
  return ['/proc/self/net/tcp', '/proc/self/net/tcp6'].some((table) => {
    try {
      return listening.test(readFileSync(table, 'latin1'));
    } catch {
      return false;
    }
  });
}

/** What Node throws for a host to which there is no way. */
function unreachable(host: string, port: number): Error {
  const message = `connect ENETUNREACH ${host}:${port}: it does not answer, or the network rules of this run do not allow it`;
  const about = { errno: -101, code: 'ENETUNREACH', syscall: 'connect', address: host, port };
  return Object.assign(new Error(message), about);
}
