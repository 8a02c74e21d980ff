import { call } from './call.ts';

type Own = readonly [privateKey: Uint8Array | null, publicKey: Uint8Array | null];

/** An exchange of keys over an elliptic curve: its two keys are here, and go along with each call. */
export class ECDH {
  readonly #curve: unknown;
  #own: Own = [null, null];

  constructor(curve: unknown) {
    this.#curve = curve;
    call('exchange', [curve, null, null]);
  }

  static convertKey(...given: unknown[]): unknown {
    return call('static', ['ECDH.convertKey', ...given]);
  }

  generateKeys(...given: unknown[]): unknown {
    return this.#call('generateKeys', given);
  }

  computeSecret(...given: unknown[]): unknown {
    return this.#call('computeSecret', given);
  }

  getPrivateKey(...given: unknown[]): unknown {
    return this.#call('getPrivateKey', given);
  }

  getPublicKey(...given: unknown[]): unknown {
    return this.#call('getPublicKey', given);
  }

  setPrivateKey(...given: unknown[]): this {
    this.#call('setPrivateKey', given);
    return this;
  }

  setPublicKey(...given: unknown[]): this {
    this.#call('setPublicKey', given);
    return this;
  }

  #call(name: string, given: readonly unknown[]): unknown {
    const answer = call('exchange', [this.#curve, this.#own, name, ...given]);
    const [result, ...own] = answer as [unknown, ...Own];
    this.#own = own;
    return result;
  }
}

/** An exchange of keys by powers: its state is in the runner. */
export class DiffieHellmanGroup {
  readonly #state: number;

  constructor(...given: unknown[]) {
    const make =
      new.target === DiffieHellmanGroup ? 'createDiffieHellmanGroup' : 'createDiffieHellman';
    this.#state = call('open', [make, ...given]) as number;
  }

  protected call(name: string, given: readonly unknown[]): unknown {
    return call('call', [this.#state, name, ...given]);
  }

  get verifyError(): unknown {
    return this.call('verifyError', []);
  }

  generateKeys(...given: unknown[]): unknown {
    return this.call('generateKeys', given);
  }

  computeSecret(...given: unknown[]): unknown {
    return this.call('computeSecret', given);
  }

  getPrime(...given: unknown[]): unknown {
    return this.call('getPrime', given);
  }

  getGenerator(...given: unknown[]): unknown {
    return this.call('getGenerator', given);
  }

  getPrivateKey(...given: unknown[]): unknown {
    return this.call('getPrivateKey', given);
  }

  getPublicKey(...given: unknown[]): unknown {
    return this.call('getPublicKey', given);
  }
}

export class DiffieHellman extends DiffieHellmanGroup {
  setPrivateKey(...given: unknown[]): this {
    this.call('setPrivateKey', given);
    return this;
  }

  setPublicKey(...given: unknown[]): this {
    this.call('setPublicKey', given);
    return this;
  }
}
