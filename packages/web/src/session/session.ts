import { CastellanError, type Client, createClient } from '@castellan/sdk';
import { Store } from '../state/store.ts';

/** Where this page's service is: beside the page, also below a path of a proxy. */
const here = new URL('.', document.baseURI);
const keyName = 'castellan.key';

/** Reads JSON of the service with the key that is held. Rejects with a `CastellanError`. */
export type Read = <Body>(path: string) => Promise<Body>;

/** Who asks: a key or nobody, and what the service offers them. */
export class Session<Offer = unknown> extends Store {
  readonly #ask: (read: Read) => Promise<Offer>;
  /** Null: not signed in, or not yet. */
  offer: Offer | null = null;
  /** Why there is no offer; null while the first answer is waited for. */
  refusal: CastellanError | null = null;
  #key = sessionStorage.getItem(keyName) ?? '';
  #client = this.#clientWith(0);

  /** `ask` finds out what the service offers whoever has the key; it rejects for whom that is nothing. */
  constructor(ask: (read: Read) => Promise<Offer>) {
    super();
    this.#ask = ask;
  }

  /** Sends nothing again by itself: whoever sits before the page decides. */
  get client(): Client {
    return this.#client;
  }

  get hasKey(): boolean {
    return this.#key !== '';
  }

  get url(): string {
    return here.href.replace(/\/$/, '');
  }

  /** Asks what there is with the key that is held; an answer to one that was given up says nothing. */
  async open(): Promise<void> {
    const asked = this.#client;
    let offer: Offer | null = null;
    let refusal: CastellanError | null = null;
    try {
      offer = await this.#ask((path) => this.#read(path));
    } catch (error) {
      refusal = error instanceof CastellanError ? error : unreachable(error);
    }
    if (asked !== this.#client) return;
    this.offer = offer;
    this.refusal = refusal;
    this.changed();
  }

  /** Nothing is offered any more, such as when the key was revoked meanwhile. */
  refuse(refusal: CastellanError): void {
    this.offer = null;
    this.refusal = refusal;
    this.changed();
  }

  /** Holds a key in memory, or as long as this tab is open. */
  async signIn(key: string, isKept: boolean): Promise<void> {
    this.#key = key;
    this.#client = this.#clientWith(0);
    await this.open();
    if (this.offer !== null && isKept) sessionStorage.setItem(keyName, key);
  }

  /** What was on the screen is gone at once, whether or not the service answers. */
  async signOut(): Promise<void> {
    sessionStorage.removeItem(keyName);
    this.offer = null;
    this.refusal = null;
    this.changed();
    await this.signIn('', false);
  }

  #clientWith(retries: number): Client {
    return createClient({ url: here, key: this.#key, retries });
  }

  async #read<Body>(path: string): Promise<Body> {
    const headers = this.hasKey ? { authorization: `Bearer ${this.#key}` } : {};
    const response = await fetch(new URL(path, here), { headers, redirect: 'error' });
    const body = (await response.json()) as Body & { code: string; detail: string; fix?: string };
    if (response.ok) return body;
    throw new CastellanError(response.status, body.code, body.detail, { fix: body.fix ?? null });
  }

  /** The requests that a run has made so far. */
  async network(id: string): Promise<unknown> {
    return this.#read(`v1/runs/${encodeURIComponent(id)}/network`);
  }
}

function unreachable(cause: unknown): CastellanError {
  return new CastellanError(0, 'unreachable', 'The service does not answer.', { cause });
}
