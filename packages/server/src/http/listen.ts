import { lookup } from 'node:dns/promises';
import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Keys } from '../keys/keys.ts';
import { isLoopback } from './callers/loopback.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * Listens, and resolves with the URL. Refuses any host but loopback while no keys exist: whoever
 * reached the API could run code.
 */
export async function listen(
  app: { listen(place: Place): Promise<string> },
  { host, port }: Place,
  keys: Keys,
): Promise<{ readonly url: string }> {
  if (!isLoopback(host) && (await keys.isEmpty())) {
    throw new CastellanError(
      'invalid_option',
      `Without a key the service listens on loopback only, not on ${shown(host)}: anybody who reaches it could run code.`,
      { fix: 'castellan keys create', option: 'host', value: host },
    );
  }
  try {
    return { url: await app.listen({ host: await addressOf(host), port }) };
  } catch (error) {
    throw cannotListen({ host, port }, error);
  }
}

/**
 * Throws `invalid_option` if nobody can listen here now: asked before anything else is started, so
 * that a port in use costs no time and touches no store.
 */
export async function refusePort(place: Place): Promise<void> {
  const server = createServer();
  try {
    server.listen({ host: await addressOf(place.host), port: place.port });
    await once(server, 'listening');
  } catch (error) {
    throw cannotListen(place, error);
  } finally {
    await new Promise((resolve) => void server.close(resolve));
  }
}

/**
 * For the name "localhost" Fastify opens a second server, which our connection limits would not
 * cover.
 */
async function addressOf(host: string): Promise<string> {
  return host.toLowerCase() === 'localhost' ? (await lookup(host)).address : host;
}

function cannotListen({ host, port }: Place, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const refusal = (detail: string, fix: string, option: 'host' | 'port'): CastellanError =>
    new CastellanError('invalid_option', detail, {
      fix,
      option,
      value: option === 'host' ? host : port,
      cause: error,
    });
  switch (code) {
    case 'EADDRINUSE':
      return refusal(
        `The port ${port} of ${host} is in use.`,
        `stop the program that listens there, or listen on another port: --port ${port === 65_535 ? 0 : port + 1}`,
        'port',
      );
    case 'EACCES':
      return refusal(
        `The port ${port} may not be listened on by this user.`,
        'listen on one from 1024 on with --port, and put a proxy in front',
        'port',
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return refusal(
        `The host ${shown(host)} is no address of this machine.`,
        'listen on one that it has with --host: 127.0.0.1 for this machine alone, 0.0.0.0 for all',
        'host',
      );
    default:
      return error;
  }
}
