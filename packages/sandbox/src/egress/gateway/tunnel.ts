import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SecureContext } from 'node:tls';
import { tunnelRefused } from '../messages.ts';
import type { Policy } from '../rules/policy.ts';
import { checkPlace } from '../rules/names.ts';
import { Refused, shown } from '../rules/refused.ts';
import { placeOf, readTarget, type Target } from '../rules/target.ts';
import { orAborted } from './abort.ts';
import { Hop } from './hop.ts';
import { type Budget, Flooded, Meter } from './budget.ts';
import { dial } from './connect.ts';
import type { Names } from './resolve.ts';
import type { Caller } from './caller.ts';
import type { Slots } from './slots.ts';
import { endWith } from './stream-socket.ts';

/**
 * The limit of simultaneous tunnels of a run, and of plain requests to its proxy. A browser opens 32
 * connections through one proxy.
 */
export const mostTunnels = 64;

/** State that the tunnels of one run share. */
export interface TunnelParts {
  readonly policy: Policy;
  readonly budget: Budget;
  readonly names: Names;
  readonly tunnels: Slots;
  /** Of plain requests. */
  readonly forwarded: Slots;
  readonly secureContext: SecureContext;
  readonly connectMs: number;
}

/** A client's `CONNECT`. */
export interface TunnelRequest extends Caller {
  /** `host:port`, as the client wrote it. */
  readonly authority: string;
  readonly client: Duplex;
  /** Bytes that the client sent after the head. */
  readonly head: Uint8Array;
}

const established = 'HTTP/1.1 200 Connection Established\r\n\r\n';

/**
 * Carries raw bytes between a client and one allowed address. The bytes are opaque, so only host,
 * port, address and length are checked. Never rejects.
 */
export async function openTunnel(run: TunnelParts, request: TunnelRequest): Promise<void> {
  const { authority, client, head, signal, onEntry, onReached } = request;
  const meter = new Meter(run.budget);
  const hop = new Hop(authority, 'CONNECT', meter, run.policy.secrets);
  let isOpen = false;
  let slot: Disposable | undefined;
  try {
    run.budget.countRequest();
    const target = readAuthority(authority);
    hop.isFor(target, 'CONNECT');
    checkPlace(target, run.policy.names);
    slot = await run.tunnels.enter(signal);
    const { addresses } = await orAborted(
      run.names.resolve(target.host, run.policy.addresses),
      signal,
    );
    const { connectMs, secureContext } = run;
    // TLS, if any, is between client and server: the bytes are opaque here.
    const place = { ...target, isSecure: false };
    const { socket, address } = await dial({ place, addresses, secureContext, connectMs, signal });
    hop.address = address;
    onReached({ place: target.url, address });
    try {
      isOpen = true;
      client.write(established);
      client.unshift(head);
      const up = pipeline(
        client,
        counted((bytes) => meter.sent(bytes)),
        socket,
      );
      const down = pipeline(
        socket,
        counted((bytes) => meter.received(0, bytes)),
        client,
      );
      // When the server ends, everything ends; when the client ends, it may still wait for the rest
      // of the answer.
      up.catch(() => undefined);
      down.catch(() => undefined);
      await Promise.race([down, up.then(() => down)]);
    } finally {
      socket.destroy();
    }
    onEntry(hop.ended());
  } catch (error) {
    // Clients keep tunnels open for later requests: an end by the client is no error.
    if (isOpen && signal.aborted) onEntry(hop.ended());
    else if (!(error instanceof Flooded)) onEntry(hop.failed(error, signal));
    if (isOpen) client.destroy(error as Error);
    else if (client.writable) await endWith(client, tunnelRefused);
  } finally {
    slot?.[Symbol.dispose]();
  }
  client.destroy();
}

/** Reads `host:port`. Throws `Refused`. Port 80 is where clients speak plain HTTP. */
function readAuthority(authority: string): Target {
  const [, port] = /^(?:\[[\da-f:.]+\]|[^\s:/?#@\\[\]]+):(\d{1,5})$/i.exec(authority) ?? [];
  if (port === undefined) throw new Refused(`${shown(authority)} is no host and port`);
  const target = readTarget(`${Number(port) === 80 ? 'http' : 'https'}://${authority}/`);
  return { ...target, url: placeOf(target) };
}

function counted(count: (bytes: number) => void) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      count(chunk.length);
      yield chunk;
    }
  };
}
