import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import ipaddr from 'ipaddr.js';
import type { Place } from '../rules/hosts.ts';
import { Refused } from '../rules/refused.ts';
import { codeOf, Fault } from './fault.ts';

/** The number of addresses of a name that are tried. */
const mostAddresses = 4;

export interface Dial {
  readonly place: Place;
  /** Allowed addresses, in the order in which they are tried. */
  readonly addresses: readonly string[];
  readonly secureContext: SecureContext;
  /** In milliseconds, for all addresses and TLS together. */
  readonly connectMs: number;
  /** When it aborts, the socket is destroyed in any state. */
  readonly signal: AbortSignal;
}

/**
 * Connects a socket to one of the allowed addresses. The remote address is verified before any byte is
 * sent, TLS included; no hook of an HTTP library is early enough for that. The host name is used for
 * TLS only; nothing is resolved here.
 */
export async function dial(options: Dial): Promise<{ socket: Socket; address: string }> {
  const { place, signal, connectMs } = options;
  const endsAt = performance.now() + connectMs;
  const connected = await dialAny(options, endsAt);
  if (!place.isSecure) return connected;
  signal.throwIfAborted();
  const { socket: plain, address } = connected;
  const socket = connectTls({
    socket: plain,
    host: place.host,
    servername: isIP(place.host) === 0 ? place.host : '',
    ALPNProtocols: ['http/1.1'],
    secureContext: options.secureContext,
  });
  socket.on('error', () => undefined);
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  try {
    await orGiveUp(socket, 'secureConnect', endsAt - performance.now());
  } catch (error) {
    if (codeOf(error) !== 'failed') throw error;
    throw new Fault('tls_failed', (error as Error).message);
  }
  return { socket, address };
}

async function dialAny(
  { addresses, place, signal }: Dial,
  endsAt: number,
): Promise<{ socket: Socket; address: string }> {
  const tried = addresses.slice(0, mostAddresses);
  let failure: unknown = new Fault('name_not_resolved', 'no address');
  for (const [index, address] of tried.entries()) {
    const share = (endsAt - performance.now()) / (tried.length - index);
    const socket = connectTcp({
      host: address,
      port: place.port,
      autoSelectFamily: false,
      noDelay: true,
      signal,
    });
    // Users of the socket add their own listeners; an error before that must not be uncaught.
    socket.on('error', () => undefined);
    try {
      await orGiveUp(socket, 'connect', share);
      checkRemote(socket, address);
      return { socket, address };
    } catch (error) {
      failure = error;
      if (signal.aborted || error instanceof Refused) break;
    }
  }
  throw failure;
}

/** Throws `Refused` unless the socket is connected to exactly the address that was allowed. */
function checkRemote(socket: Socket, address: string): void {
  const remote = socket.remoteAddress;
  if (remote !== undefined && isIP(remote) !== 0 && ipaddr.process(remote).toString() === address)
    return;
  socket.destroy();
  throw new Refused(`a connection to ${address} arrived at ${remote ?? 'no address'}`);
}

/** Waits for an event of a socket, which is destroyed when the event does not come within `ms`. */
async function orGiveUp(socket: Socket, event: string, ms: number): Promise<void> {
  const gone = new AbortController();
  const giveUp = (): void => {
    socket.destroy(new Fault('timed_out', 'no connection in time'));
    gone.abort();
  };
  const timer = setTimeout(giveUp, Math.max(0, ms));
  const onClose = (): void => gone.abort();
  socket.once('close', onClose);
  try {
    await once(socket, event, { signal: gone.signal });
  } catch (error) {
    throw socket.errored ?? error;
  } finally {
    clearTimeout(timer);
    socket.off('close', onClose);
  }
}
