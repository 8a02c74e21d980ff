import { isOfBrowser, paced } from './pace.ts';
import type { ConnectionTransport } from 'puppeteer-core/internal/common/ConnectionTransport.js';

/** Puppeteer's connections to the run's one browser. */
export interface Transports {
  /** Returns ids that are unique in the run, so that no late answer reaches another connection's call. */
  readonly nextId: () => number;
  /** Opens the first connection, or the one that takes its place: the one before neither sends nor receives any more. */
  open(): ConnectionTransport;
  /** Opens one beside it. Rejects with the browser's message when it may not. */
  openBeside(): Promise<ConnectionTransport>;
  onMessage(text: string): void;
}

export function createTransports(sendNow: (text: string) => void): Transports {
  let first: ConnectionTransport | undefined;
  /** What takes the messages of sessions that are not the first connection's; null where that was closed. */
  const owners = new Map<string, ((text: string) => void) | null>();
  /** What waits for answers to commands of this file's own. */
  const asked = new Map<number, (answer: Answer) => void>();
  /** The ends of connections that the browser has not confirmed: until then they count. */
  const leaving = new Set<Promise<unknown>>();
  const pace = paced(sendNow, (id, message) => {
    const text = JSON.stringify({ id, error: { message } });
    first?.onmessage?.(text);
    for (const take of new Set(owners.values())) take?.(text);
  });
  let lastId = 0;
  const nextId = (): number => ++lastId;

  const command = (method: string, params: object, id = nextId()): void =>
    pace.send(JSON.stringify({ method, params, id }));
  const ask = (method: string, params: object): Promise<Answer> => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const id = nextId();
    asked.set(id, resolve);
    command(method, params, id);
    return promise;
  };

  /** Ends this connection's subscriptions, so that the next one is notified of all targets afresh. */
  const leave = (): void => {
    command('Target.setDiscoverTargets', { discover: false });
    command('Target.setAutoAttach', {
      autoAttach: false,
      waitForDebuggerOnStart: false,
      flatten: true,
    });
  };

  /** A connection on a session of its own to the browser. */
  function onSession(session: string): ConnectionTransport {
    const mark = `,"sessionId":"${session}"}`;
    const transport: ConnectionTransport = {
      send(text) {
        if (owners.get(session) === null) return;
        if (isOfBrowser(text)) pace.send(`${text.slice(0, -1)}${mark}`, false);
        else pace.send(text);
      },
      close() {
        if (owners.get(session) === null) return;
        for (const [id, owner] of owners) if (owner === take) owners.set(id, null);
        const left = ask('Target.detachFromTarget', { sessionId: session });
        leaving.add(left);
        void left.then(() => leaving.delete(left));
      },
    };
    /** A message on the connection's own session is one of the browser's. */
    const take = (text: string): void => {
      const made = sessionMade(text);
      if (made !== undefined) owners.set(made, take);
      transport.onmessage?.(text.endsWith(mark) ? `${text.slice(0, -mark.length)}}` : text);
    };
    owners.set(session, take);
    return transport;
  }

  return {
    nextId,
    open() {
      const transport: ConnectionTransport = {
        send(text) {
          if (first === transport) pace.send(text);
        },
        close() {
          if (first !== transport) return;
          first = undefined;
          leave();
        },
      };
      first = transport;
      return transport;
    },
    async openBeside() {
      await Promise.all(leaving);
      const { result, error } = await ask('Target.attachToBrowserTarget', {});
      if (result === undefined) throw new Error(error?.message ?? 'Connection failed');
      return onSession(result.sessionId);
    },
    onMessage(text) {
      pace.received(text);
      const answer = asked.size === 0 ? undefined : answered(text, asked);
      if (answer !== undefined) return answer();
      const session = owners.size === 0 ? undefined : sessionOf(text);
      const owner = session === undefined ? undefined : owners.get(session);
      if (owner === undefined) first?.onmessage?.(text);
      else owner?.(text);
    },
  };
}

interface Answer {
  readonly id: number;
  readonly result?: { readonly sessionId: string };
  readonly error?: { readonly message: string };
}

/** Gives an answer to who has asked; undefined for any other message. */
function answered(
  text: string,
  asked: Map<number, (answer: Answer) => void>,
): (() => void) | undefined {
  const id = Number(/^\{"id":(\d{1,15})/.exec(text.slice(0, 32))?.[1]);
  const resolve = asked.get(id);
  if (resolve === undefined) return undefined;
  asked.delete(id);
  return () => resolve(JSON.parse(text) as Answer);
}

/** The session of a message, which is written last. */
function sessionOf(text: string): string | undefined {
  return /"sessionId":"([\w-]{1,64})"\}$/.exec(text.slice(-80))?.[1];
}

/** The session that a message tells of, when it was made. Of one to the browser only the answer does. */
function sessionMade(text: string): string | undefined {
  const asked = /^\{"id":\d{1,15},"result":\{"sessionId":"([\w-]{1,64})"\}/.exec(
    text.slice(0, 128),
  );
  if (asked !== null) return asked[1];
  if (!text.startsWith('{"method":"Target.attachedToTarget"')) return undefined;
  return (JSON.parse(text) as { params: { sessionId: string } }).params.sessionId;
}
