import type { Socket } from 'node:net';
import type { ProxyWatch } from './request.ts';
import type { RunEgress } from './run-egress.ts';

/**
 * Carries a client's connection to the run's HTTP proxy until either side closes it. Every byte of
 * the client is hostile and is parsed in the gateway only. `client` must allow half-open sockets; it is
 * reset when the gateway has given up in the middle. A browser's has a `watch`.
 */
export function carryProxy(client: Socket, run: RunEgress, watch?: ProxyWatch): void {
  const stream = run.proxy(watch);
  client.on('error', () => client.destroy());
  client.once('close', () => stream.abort());
  const up = async (): Promise<void> => {
    for await (const chunk of client) await stream.write(chunk as Uint8Array);
    stream.end();
  };
  const down = async (): Promise<void> => {
    for await (const piece of stream.body) {
      if (!client.write(piece)) await drained(client);
    }
    client.end();
  };
  up().catch(() => undefined);
  down().catch(() => client.resetAndDestroy());
}

function drained(client: Socket): Promise<void> {
  return new Promise((resolve) => {
    client.once('drain', resolve);
    client.once('close', resolve);
  });
}
