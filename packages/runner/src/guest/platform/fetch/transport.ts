import type { FetchHead } from '@castellan/protocol/frames';
import type { ResponseHead, Transport, TransportEvents } from '../host.ts';
import type { ByteController, ByteStream, Reader, Realm } from '../realm.ts';

/** Bytes that may be in flight in either direction before the receiver takes them. */
const windowBytes = 65_536;

export interface Answer {
  readonly head: ResponseHead;
  readonly body: ByteStream;
}

/** One open request: see `Exchanges.start`. */
export interface Exchange {
  readonly answer: Promise<Answer>;
  /** Aborts it for the script: pending promises reject with `reason`. */
  abort(reason: unknown): void;
}

export interface Exchanges {
  readonly events: TransportEvents;
  start(head: FetchHead, body: Reader | null): Exchange;
}

interface State {
  settle(answer: Answer): void;
  refuse(reason: unknown): void;
  failure(message: string): Error;
  /** The controller of the response's body, once a reader has pulled from it. */
  controller: ByteController | undefined;
  /** Resolves the pending pull. */
  awake: (() => void) | undefined;
  /** Bytes that the runner may still send. */
  credit: number;
  /** Bytes that the runner still takes, and what resolves the wait for more. */
  allowance: number;
  allow: (() => void) | undefined;
  hasHead: boolean;
  /** Whether the script waits for something of it. */
  isWaiting: boolean;
  /** How the response ended, if it did before its body was read. */
  ended: { readonly error?: unknown } | undefined;
  upload: Reader | null;
}

/**
 * Runs exchanges over a transport. `prepareFailure` is called at the script's call, so that an error
 * that comes later has the stack of that call.
 */
export function createExchanges(
  host: Transport,
  realm: Pick<Realm, 'streams' | 'pending'>,
  prepareFailure: () => (message: string) => Error,
): Exchanges {
  const open = new Map<number, State>();
  const streams = realm.streams();
  let lastId = 0;

  /** The script waits for a head, and for a body while it reads it. */
  const waits = (state: State, isWaiting: boolean): void => {
    if (state.isWaiting === isWaiting) return;
    state.isWaiting = isWaiting;
    realm.pending.fetch += isWaiting ? 1 : -1;
  };

  const stop = (id: number, error: unknown): void => {
    const state = open.get(id);
    if (state === undefined) return;
    open.delete(id);
    waits(state, false);
    state.refuse(error);
    state.ended = { error };
    state.controller?.error(error);
    state.awake?.();
    state.allow?.();
    if (state.upload !== null) state.upload.cancel(error).catch(() => undefined);
  };

  const abort = (id: number, reason: unknown): void => {
    if (!open.has(id)) return;
    host.cancel(id);
    stop(id, reason);
  };

  const bodyOf = (id: number, state: State): ByteStream =>
    streams.byteStream(
      {
        pull(controller) {
          state.controller = controller;
          if (state.ended !== undefined) {
            if ('error' in state.ended) controller.error(state.ended.error);
            else controller.close();
            return undefined;
          }
          const { promise, resolve } = Promise.withResolvers<void>();
          state.awake = resolve;
          const missing = windowBytes - state.credit;
          state.credit = windowBytes;
          if (missing > 0) host.pull(id, missing);
          waits(state, true);
          return promise;
        },
        cancel() {
          state.upload = null;
          waits(state, false);
          if (open.delete(id)) host.cancel(id);
        },
      },
      0,
    );

  const upload = async (id: number, state: State, body: Reader): Promise<void> => {
    try {
      for (;;) {
        const { done, value } = await body.read();
        if (!open.has(id)) return;
        if (done) break;
        if (!(value instanceof Uint8Array)) {
          throw new TypeError('A body may only give Uint8Array chunks');
        }
        for (let offset = 0; offset < value.length;) {
          while (state.allowance === 0) {
            await new Promise<void>((resolve) => {
              state.allow = resolve;
            });
            if (!open.has(id)) return;
          }
          const part = value.slice(offset, offset + state.allowance);
          state.allowance -= part.length;
          offset += part.length;
          host.send(id, part);
        }
      }
      state.upload = null;
      host.finish(id);
    } catch (error) {
      abort(id, error);
    }
  };

  return {
    start(head, body) {
      const id = ++lastId;
      const answer = Promise.withResolvers<Answer>();
      const state: State = {
        settle: answer.resolve,
        refuse: answer.reject,
        failure: prepareFailure(),
        controller: undefined,
        awake: undefined,
        credit: 0,
        allowance: windowBytes,
        allow: undefined,
        hasHead: false,
        isWaiting: false,
        ended: undefined,
        upload: body,
      };
      open.set(id, state);
      waits(state, true);
      host.open(id, JSON.stringify(head), body !== null);
      if (body !== null) void upload(id, state, body);
      return { answer: answer.promise, abort: (reason) => abort(id, reason) };
    },
    events: {
      onHead(id, headJson) {
        const state = open.get(id);
        if (state === undefined || state.hasHead) return;
        state.hasHead = true;
        waits(state, false);
        const head = JSON.parse(headJson) as ResponseHead;
        state.settle({ head, body: bodyOf(id, state) });
      },
      onChunk(id, bytes) {
        const state = open.get(id);
        if (state?.controller === undefined || bytes.length === 0) return;
        state.credit -= bytes.length;
        const { awake } = state;
        state.awake = undefined;
        waits(state, false);
        state.controller.enqueue(bytes);
        awake?.();
      },
      onEnd(id) {
        const state = open.get(id);
        if (state === undefined) return;
        open.delete(id);
        waits(state, false);
        state.ended = {};
        state.controller?.close();
        state.awake?.();
        state.allow?.();
      },
      onError: (id, message) => stop(id, open.get(id)?.failure(message)),
      onCredit(id, credit) {
        const state = open.get(id);
        if (state === undefined) return;
        state.allowance += credit;
        const { allow } = state;
        state.allow = undefined;
        allow?.();
      },
    },
  };
}
