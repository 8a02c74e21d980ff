import { caps, FrameError, frameTypes, type FetchHead } from '@castellan/protocol/frames';
import type { FetchMessage } from '../channel/fetches.ts';
import type { Link } from '../channel/link.ts';
import { HeadBudget } from '../egress/launcher/heads.ts';
import type { EgressRequest, ProxyStream } from '../egress/launcher/request.ts';
import type { RunEgress } from '../egress/launcher/run-egress.ts';
import { Unsent } from './unsent.ts';

/** Unread bytes of the box beyond which no more of a body is sent. */
const maxUnreadBody = 2 ** 20;

/** One request of the script, or one connection to the run's proxy. */
interface Fetch {
  /** A request has a response; a connection to the proxy has bytes only. */
  readonly isRequest: boolean;
  /** Of a request that waits for its body. */
  head: FetchHead | null;
  readonly unsent: Unsent;
  isSending: boolean;
  /** Whether the script has ended the body. */
  isWhole: boolean;
  request: EgressRequest | ProxyStream | undefined;
  /** Bytes that the guest may still send before it needs more credit. */
  window: number;
  /** Credit of the guest in bytes, and the function that wakes whoever waits for more. */
  credit: number;
  wake: (() => void) | undefined;
}

/** The only message that a script gets for a request without an answer, whatever the reason. */
const failed = 'fetch failed';

/** The requests of one run. Carries bodies in both directions, as far as the receiver grants credit. */
export class Fetches {
  readonly #egress: RunEgress;
  readonly #link: Link;
  readonly #open = new Map<number, Fetch>();
  /** Heads of requests that wait for their bodies. */
  readonly #heads = new HeadBudget();
  #isOver = false;

  constructor(egress: RunEgress, link: Link) {
    this.#egress = egress;
    this.#link = link;
    link.onRead(() => {
      for (const fetch of this.#open.values()) fetch.wake?.();
    });
  }

  /** Handles a message of the box. Throws when it breaks the protocol. */
  take(message: FetchMessage): void {
    if (message.type === 'fetchOpen') {
      this.#begin(message.id, message.head, message.hasBody);
      return;
    }
    if (message.type === 'fetchProxy') {
      this.#begin(message.id, null, true);
      return;
    }
    const fetch = this.#open.get(message.id);
    if (fetch === undefined) return;
    if (message.type === 'fetchSend') this.#upload(message.id, fetch, message.bytes);
    else if (message.type === 'fetchFinish') this.#finish(message.id, fetch);
    else if (message.type === 'fetchCancel') this.#drop(message.id, fetch);
    else if (message.type === 'fetchPull') {
      fetch.credit += message.credit;
      fetch.wake?.();
    }
  }

  /** Ends all requests at the end of the run, and closes their sockets. */
  async stop(): Promise<void> {
    this.#isOver = true;
    for (const [id, fetch] of this.#open) this.#drop(id, fetch);
    await this.#egress[Symbol.asyncDispose]();
  }

  #begin(id: number, head: FetchHead | null, hasBody: boolean): void {
    if (this.#open.has(id)) throw new FrameError('a request was opened twice');
    if (this.#open.size >= caps.openFetches) throw new FrameError('too many requests are open');
    const fetch: Fetch = {
      isRequest: head !== null,
      head: null,
      unsent: new Unsent(),
      isSending: false,
      isWhole: false,
      request: undefined,
      window: caps.fetchWindow,
      credit: 0,
      wake: undefined,
    };
    this.#open.set(id, fetch);
    if (head === null || !hasBody || this.#egress.refusesAll) this.#start(id, fetch, head, 0);
    else if (this.#heads.take(head)) fetch.head = head;
    else this.#fail(id, fetch);
  }

  /**
   * A body that fits into the first window is sent with its length, which more servers accept than
   * chunks.
   */
  #upload(id: number, fetch: Fetch, bytes: Uint8Array): void {
    if (fetch.isWhole) return;
    fetch.window -= bytes.length;
    if (fetch.window < 0) throw new FrameError('a body came faster than it may');
    fetch.unsent.push(bytes);
    if (fetch.request === undefined && fetch.window === 0)
      this.#start(id, fetch, this.#headOf(fetch), null);
    else void this.#send(id, fetch);
  }

  #finish(id: number, fetch: Fetch): void {
    fetch.isWhole = true;
    if (fetch.request === undefined)
      this.#start(id, fetch, this.#headOf(fetch), fetch.unsent.length);
    else if (!fetch.isSending) fetch.request.end();
  }

  /** The head of a request that waits; it is kept no longer. */
  #headOf(fetch: Fetch): FetchHead | null {
    const { head } = fetch;
    fetch.head = null;
    if (head !== null) this.#heads.give(head);
    return head;
  }

  #start(id: number, fetch: Fetch, head: FetchHead | null, bodyBytes: number | null): void {
    const request =
      head === null
        ? this.#egress.proxy()
        : this.#egress.request({
            ...head,
            headers: head.headers.map(([name, value]) => [name, value]),
            hasBody: bodyBytes !== 0,
            bodyBytes,
          });
    fetch.request = request;
    void this.#send(id, fetch);
    void this.#answer(id, fetch, request);
  }

  /** Sends what waits, one write at a time: what comes meanwhile goes into the next. */
  async #send(id: number, fetch: Fetch): Promise<void> {
    const { request, unsent } = fetch;
    if (request === undefined || fetch.isSending) return;
    const say = this.#speaker(id, fetch);
    fetch.isSending = true;
    try {
      while (unsent.length > 0) {
        const bytes = unsent.take();
        await request.write(bytes);
        fetch.window += bytes.length;
        say(frameTypes.fetchCredit, { credit: bytes.length });
      }
      fetch.isSending = false;
      if (fetch.isWhole) request.end();
    } catch {
      // It has failed, which the script learns from the answer; nothing more is sent.
    }
  }

  #fail(id: number, fetch: Fetch): void {
    this.#speaker(id, fetch)(frameTypes.fetchError, { message: failed });
    this.#open.delete(id);
  }

  async #answer(id: number, fetch: Fetch, request: EgressRequest | ProxyStream): Promise<void> {
    const say = this.#speaker(id, fetch);
    try {
      if ('response' in request && fetch.isRequest) {
        const head = await request.response;
        say(frameTypes.fetchHead, { head: JSON.stringify(head) });
      }
      for await (const chunk of request.body) {
        for (let at = 0; at < chunk.length;) {
          while (this.#mustWait(fetch) && this.#isOpen(id, fetch)) {
            await new Promise<void>((resolve) => (fetch.wake = resolve));
          }
          if (!this.#isOpen(id, fetch)) return;
          const piece = chunk.subarray(at, at + fetch.credit);
          at += piece.length;
          fetch.credit -= piece.length;
          say(frameTypes.fetchChunk, {}, piece);
        }
      }
      say(frameTypes.fetchEnd, {});
    } catch {
      say(frameTypes.fetchError, { message: failed });
    } finally {
      if (this.#isOpen(id, fetch)) this.#open.delete(id);
    }
  }

  /** A guest can grant unlimited credit, so its unread bytes count too. */
  #mustWait({ credit }: Fetch): boolean {
    return credit <= 0 || this.#link.unread > maxUnreadBody;
  }

  #drop(id: number, fetch: Fetch): void {
    this.#open.delete(id);
    this.#headOf(fetch);
    fetch.request?.abort();
    fetch.wake?.();
  }

  /** A box may cancel a request and reuse its number. */
  #isOpen(id: number, fetch: Fetch): boolean {
    return !this.#isOver && this.#open.get(id) === fetch;
  }

  #speaker(id: number, fetch: Fetch) {
    return (type: number, message: object, ...bytes: readonly Uint8Array[]): void => {
      if (this.#isOpen(id, fetch)) this.#link.send(type, { id, ...message }, ...bytes);
    };
  }
}
