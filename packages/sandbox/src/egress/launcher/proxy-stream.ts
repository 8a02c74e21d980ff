import type { Duplex } from 'node:stream';
import type { RunEgress } from './run-egress.ts';

/**
 * Carries a client's connection to the run's HTTP proxy until either side closes it. Every byte of
 * the client is hostile and is parsed in the gateway only. `client` must allow half-open sockets.
 */
export function carryProxy(client: Duplex, run: RunEgress): void {
  const stream = run.proxy();
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
  down().catch(() => client.destroy());
}

function drained(client: Duplex): Promise<void> {
  return new Promise((resolve) => {
    client.once('drain', resolve);
    client.once('close', resolve);
  });
}
