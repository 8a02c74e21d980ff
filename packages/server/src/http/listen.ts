import { lookup } from 'node:dns/promises';
import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import type { FastifyInstance } from 'fastify';
import type { Keys } from '../keys/keys.ts';
import { isLoopback } from './callers/loopback.ts';

/**
 * Listens, and resolves with the URL. Refuses any host but loopback while no keys exist: whoever
 * reached the API could run code.
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
  keys: Keys,
): Promise<{ readonly url: string }> {
  if (keys.isEmpty && !isLoopback(host)) {
    throw new CastellanError(
      'invalid_option',
      `Without a key the service listens on loopback only, not on ${shown(host)}: anybody who reaches it could run code.`,
      { fix: 'castellan keys create', option: 'host', value: host },
    );
  }
  // For the name "localhost" Fastify opens a second server, which our connection limits would not
  // cover.
  const address = host.toLowerCase() === 'localhost' ? (await lookup(host)).address : host;
  return { url: await app.listen({ host: address, port }) };
}
