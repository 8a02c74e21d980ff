import { createHash, createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';
import { CastellanError } from '@castellan/protocol';
import { StorageFault } from '../../../storage/fault.ts';
import { textOf } from './answers.ts';
import type { Credentials } from './credentials.ts';
import type { Place } from './place.ts';

/** A request of the S3 API, below the bucket. */
export interface Asked {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** The name of an object; empty for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export interface Requests {
  /** The answer, with a status below 300. Throws `BucketFault`. */
  readonly ask: (asked: Asked) => Promise<Response>;
  /** A URL for a GET that needs no other right, good for `seconds`. */
  readonly presign: (
    key: string,
    query: Readonly<Record<string, string>>,
    seconds: number,
  ) => Promise<string>;
}

/** The bucket did not do what it was asked for; a retry may succeed. */
export class BucketFault extends StorageFault {
  /** The code of S3, or of the connection's error. */
  readonly code: string;
  /** Null when there was no answer. */
  readonly status: number | null;
  /** The region that the bucket is in, if the answer names it. */
  readonly region: string | null;

  constructor(place: Place, code: string, status: number | null, region: string | null = null) {
    super(`The bucket ${place.where} answers ${code}`);
    this.code = code;
    this.status = status;
    this.region = region;
  }
}

/** How long the head of an answer may take, its request included. */
const answerMs = 60_000;
const pausesMs = [100, 400] as const;

/** Speaks with the bucket: signs each request with the hash of its body, so that no other is taken for it. */
export function requests(place: Place, credentials: () => Promise<Credentials>): Requests {
  const { hostname, host, protocol, port } = new URL(place.origin);
  const signer = new SignatureV4({
    service: 's3',
    region: place.region,
    credentials,
    sha256: Sha256,
    uriEscapePath: false,
  });
  const requestOf = ({ method, key = '', query = {}, headers = {} }: Asked) => ({
    method,
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path: `/${place.bucket}${key === '' ? '' : `/${place.prefix}${key}`}`,
    query,
    headers: { ...headers, host },
  });
  const urlOf = ({
    path,
    query = {},
  }: {
    path: string;
    query?: Asked['query'] | object;
  }): string => {
    const search = Object.entries(query).map(
      ([name, value]) => `${escapeUri(name)}=${escapeUri(String(value))}`,
    );
    return `${place.origin}${path}${search.length === 0 ? '' : `?${search.join('&')}`}`;
  };

  const once = async (asked: Asked): Promise<Response> => {
    const request = requestOf(asked);
    const body = asked.body ?? Buffer.alloc(0);
    const hashed = { 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') };
    const signed = await signer.sign({ ...request, headers: { ...request.headers, ...hashed } });
    const { host: _host, ...headers } = signed.headers;
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), answerMs);
    try {
      const answer = await fetch(urlOf(request), {
        method: asked.method,
        headers,
        redirect: 'manual',
        signal: patience.signal,
        ...(asked.body === undefined ? {} : { body: new Uint8Array(body) }),
      });
      if (answer.ok) return answer;
      const text = await answer.text();
      const code = textOf(text, 'Code') ?? `status ${answer.status}`;
      const region = textOf(text, 'Region') ?? answer.headers.get('x-amz-bucket-region');
      throw new BucketFault(place, code, answer.status, region);
    } catch (error) {
      if (error instanceof BucketFault) throw error;
      throw new BucketFault(place, patience.signal.aborted ? 'ETIMEDOUT' : codeOf(error), null);
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    ask: async (asked) => {
      for (const pauseMs of pausesMs) {
        try {
          return await once(asked);
        } catch (error) {
          if (!isPassing(error)) throw error;
        }
        await sleep(pauseMs);
      }
      return once(asked);
    },
    presign: async (key, query, seconds) => {
      const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
      const request = requestOf({ method: 'GET', key, query, headers });
      const signed = await signer.presign(request, { expiresIn: seconds });
      return urlOf(signed);
    },
  };
}

/** Whether the same request may fare better in a moment. */
function isPassing(error: unknown): boolean {
  if (error instanceof CastellanError || !(error instanceof BucketFault)) return false;
  const { status } = error;
  return status === null || status === 429 || (status >= 500 && status !== 501);
}

function codeOf(error: unknown): string {
  for (let at = error as { code?: unknown; cause?: unknown } | undefined; at !== undefined;) {
    if (typeof at.code === 'string') return at.code;
    at = at.cause as typeof at;
  }
  return error instanceof Error ? error.message : String(error);
}

/** RFC 3986, as signatures want it. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Node's SHA-256 in the form that the signer takes. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    throw new Error('A hash is used once');
  }
}
