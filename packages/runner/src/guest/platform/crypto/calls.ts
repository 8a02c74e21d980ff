import { joinBytes } from '../buffers.ts';
import { DOMException } from '../dom-exception.ts';
import type { Realm } from '../realm.ts';
import type { CryptoCall, CryptoHost, CryptoReply } from '../crypto-host.ts';

export type Answered = Extract<CryptoReply, { ok: true }> & { readonly bytes: ArrayBuffer };

/** The open calls of the runner's cryptography. */
export interface CryptoCalls {
  call(method: string, ...args: unknown[]): Promise<Answered>;
  onCrypto(id: number, replyJson: string, bytes: Uint8Array<ArrayBuffer>): void;
}

/** `handleOf` returns the number of a key, and throws for anything else. */
export function createCalls(
  host: CryptoHost,
  pending: Realm['pending'],
  isKey: (value: unknown) => boolean,
  handleOf: (key: unknown) => number,
): CryptoCalls {
  const waiting = new Map<number, PromiseWithResolvers<Answered>>();
  let lastId = 0;

  return {
    call(method, ...args) {
      const parts: Uint8Array[] = [];
      let offset = 0;
      const plain = (value: unknown): unknown => {
        if (typeof value !== 'object' || value === null) return value;
        if (isKey(value)) return { $key: handleOf(value) };
        if (value instanceof Uint8Array) {
          parts.push(value);
          offset += value.length;
          return { $bytes: [offset - value.length, value.length] };
        }
        if (Array.isArray(value)) return value.map(plain);
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
      };
      const call: CryptoCall = { method, args: args.map(plain) };
      const json = JSON.stringify(call);
      const answer = Promise.withResolvers<Answered>();
      const id = ++lastId;
      waiting.set(id, answer);
      host.crypto(id, json, joinBytes(parts));
      pending.crypto++;
      return answer.promise;
    },
    onCrypto(id, replyJson, bytes) {
      const answer = waiting.get(id);
      if (answer === undefined) return;
      waiting.delete(id);
      pending.crypto--;
      const reply = JSON.parse(replyJson) as CryptoReply;
      if (reply.ok) answer.resolve({ ...reply, bytes: bytes.buffer });
      else answer.reject(errorOf(reply.name, reply.message));
    },
  };
}

function errorOf(name: string, message: string): Error {
  return name === 'TypeError' ? new TypeError(message) : new DOMException(message, name);
}
