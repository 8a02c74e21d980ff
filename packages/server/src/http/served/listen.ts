import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CastellanError } from '@castellan/protocol';
import type { Keys } from '../../keys/keys.ts';
import { listen, refusePort } from '../listen.ts';
import { servedListener, type ServedOptions } from './listener.ts';

interface Place {
  readonly host: string;
  /** Null: functions do not answer over HTTP. */
  readonly port: number | null;
}

/** Listens for calls of functions over HTTP. Throws `invalid_option`. */
export async function listenServed(
  options: ServedOptions,
  { host, port }: { readonly host: string; readonly port: number },
  keys: Keys,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = servedListener(options);
  const app = {
    async listen(place: { readonly host: string; readonly port: number }): Promise<string> {
      server.listen(place);
      await once(server, 'listening');
      const { address, port: taken, family } = server.address() as AddressInfo;
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`;
    },
  };
  const { url } = await named(listen(app, { host, port }, keys));
  return { url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** As `refusePort`, for the port of functions. */
export async function refuseServedPort({ host, port }: Place): Promise<void> {
  if (port !== null) await named(refusePort({ host, port }));
}

/** The same errors, under the names that these options have. */
async function named<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (!(error instanceof CastellanError) || error.option === null) throw error;
    const option = `functions.http.${error.option}`;
    const { code, detail, value } = error;
    const fix = error.fix?.startsWith('castellan') ? error.fix : `set ${option} to another`;
    throw new CastellanError(code, `${option}: ${detail}`, { option, value, fix, cause: error });
  });
}
