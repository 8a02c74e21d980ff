/** The runner's cryptography, as the guest calls it: with numbers, JSON and bytes, nothing else. */
export interface CryptoHost {
  /** Random bytes, at most 65,536. */
  random(length: number): Uint8Array<ArrayBuffer>;
  /**
   * Starts a call of `SubtleCrypto`, answered by `onCrypto` with the same id. `callJson` is JSON
   * text of a `CryptoCall`; the byte arrays in its arguments follow each other in `bytes`.
   */
  crypto(id: number, callJson: string, bytes: Uint8Array<ArrayBuffer>): void;
}

export interface CryptoCall {
  readonly method: string;
  /**
   * `SubtleCrypto`'s own arguments; a key is `{ $key: number }`, bytes are `{ $bytes: [offset,
   * length] }` of the bytes that come along.
   */
  readonly args: readonly unknown[];
}

/** What a script may see of a key. */
export interface KeyShape {
  readonly handle: number;
  readonly type: 'secret' | 'public' | 'private';
  readonly extractable: boolean;
  /** Its `publicExponent` is a list of numbers. */
  readonly algorithm: Readonly<Record<string, unknown>>;
  readonly usages: readonly string[];
}

/** The answer to a call; bytes are passed beside it. */
export type CryptoReply =
  | { readonly ok: false; readonly name: string; readonly message: string }
  | { readonly ok: true; readonly kind: 'bytes' }
  | { readonly ok: true; readonly kind: 'json'; readonly value: unknown }
  | { readonly ok: true; readonly kind: 'key'; readonly key: KeyShape }
  | {
      readonly ok: true;
      readonly kind: 'pair';
      readonly publicKey: KeyShape;
      readonly privateKey: KeyShape;
    };
