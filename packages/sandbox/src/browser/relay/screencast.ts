import { pageBounds, recordBounds } from '@castellan/protocol';
import type { CdpConnection } from './connection.ts';
import type { Inventory } from './inventory.ts';
import { type Fields, targetInfoOf, textOf } from './messages.ts';

/** Takes a picture of a page: its number, from 1, and a JPEG in base64. Hostile. */
export type TakePicture = (page: number, base64: string) => void;

/** How fast pictures come, of all pages together. */
export interface Pace {
  readonly framesPerSecond: number;
  /** In base64. After large pictures the next one comes later. */
  readonly bytesPerSecond: number;
}

/** The pace of a film, which keeps what it can of what comes. */
export const filmPace: Pace = {
  framesPerSecond: recordBounds.framesPerSecond.most,
  bytesPerSecond: Infinity,
};

/** The pace of pictures for whoever watches. */
export const livePace: Pace = {
  framesPerSecond: pageBounds.framesPerSecond.most,
  bytesPerSecond: (pageBounds.bytesPerSecond.most * 4) / 3,
};

/**
 * Pictures of the pages of a run, on sessions that the script never sees. Disposing of it takes no more;
 * Chromium is told by `stop`.
 */
export interface Screencast extends Disposable {
  /** An event on the relay's own session: pages come and go. */
  event(method: string, params: Fields): void;
  /** An event on a session that is hidden from the script; `length` is that of the message. */
  hidden(sessionId: string, method: string, params: () => Fields, length: number): void;
  /** Takes the last pictures. Resolves when they are there, or `waitMs` have passed. */
  finish(waitMs: number): Promise<void>;
  /** Ends all of its sessions in a browser that goes on. */
  stop(): void;
}

/** A picture in base64, and what is around it. */
const longestMessage = (recordBounds.frameBytes.most * 4) / 3 + 4_096;
/** Chromium sends so many pictures before it waits for an acknowledgement, and then drops what changes. */
const mostUnanswered = 2;

interface Filmed {
  readonly page: number;
  /** Empty until there is one. */
  session: string;
  /** Numbers of pictures that Chromium waits for to be acknowledged. */
  readonly unanswered: number[];
  /** Whether the page may have changed without a picture of it. */
  isStale: boolean;
  onPicture: (() => void) | undefined;
}

const picture = {
  format: 'jpeg',
  quality: 55,
  maxWidth: recordBounds.frameSide.most,
  maxHeight: recordBounds.frameSide.most,
};

/**
 * Acknowledges one picture at each tick, so that all pages together give no more, and a launcher that is
 * slow gets fewer. What changed while Chromium waited comes by starting again.
 */
export function openScreencast(
  cdp: CdpConnection,
  inventory: Inventory,
  ownSession: string,
  take: TakePicture,
  { framesPerSecond, bytesPerSecond }: Pace,
): Screencast {
  const targets = new Map<string, Filmed>();
  const sessions = new Map<string, Filmed>();
  let pages = 0;
  let turn = 0;
  let isOver = false;
  /** When the next picture may come. */
  let dueAt = 0;

  const send = (filmed: Filmed, method: string, params: Fields): Promise<unknown> =>
    cdp.ask(method, params, filmed.session).catch(() => undefined);

  async function begin(targetId: string): Promise<void> {
    if (isOver || targets.has(targetId) || targets.size >= recordBounds.filmedPages.most) return;
    const filmed: Filmed = {
      page: ++pages,
      session: '',
      unanswered: [],
      isStale: false,
      onPicture: undefined,
    };
    targets.set(targetId, filmed);
    try {
      const params = { targetId, flatten: true };
      const attached = await cdp.ask('Target.attachToTarget', params, ownSession);
      filmed.session = textOf(attached['sessionId']);
      inventory.hideSession(filmed.session);
      if (isOver) return leave(filmed);
      sessions.set(filmed.session, filmed);
      await send(filmed, 'Page.startScreencast', picture);
    } catch {
      // The page has gone.
      targets.delete(targetId);
    }
  }

  function end(targetId: string): void {
    const filmed = targets.get(targetId);
    targets.delete(targetId);
    if (filmed !== undefined) sessions.delete(filmed.session);
  }

  function leave({ session: sessionId }: Filmed): void {
    sessions.delete(sessionId);
    // Pictures that are on their way are those of no session that anybody knows.
    inventory.detached(sessionId);
    cdp.ask('Target.detachFromTarget', { sessionId }, ownSession).catch(() => undefined);
  }

  async function again(filmed: Filmed): Promise<void> {
    filmed.isStale = false;
    filmed.unanswered.length = 0;
    await send(filmed, 'Page.stopScreencast', {});
    await send(filmed, 'Page.startScreencast', picture);
  }

  function tick(): void {
    if (performance.now() < dueAt) return;
    const filmed = [...sessions.values()];
    const [next] = [...filmed.slice(turn), ...filmed.slice(0, turn)].filter(
      ({ unanswered, isStale }) => unanswered.length > 0 || isStale,
    );
    if (next === undefined) return;
    turn = (filmed.indexOf(next) + 1) % filmed.length;
    const sessionId = next.unanswered.shift();
    if (sessionId === undefined) void again(next);
    else void send(next, 'Page.screencastFrameAck', { sessionId });
  }

  const timer = setInterval(tick, 1_000 / framesPerSecond);
  for (const { targetId } of inventory.pages) void begin(targetId);

  return {
    event(method, params) {
      if (method === 'Target.targetCreated') {
        const info = targetInfoOf(params);
        if (info.type === 'page' && inventory.maySee(info)) void begin(info.targetId);
      } else if (method === 'Target.targetDestroyed') end(textOf(params['targetId']));
    },
    hidden(sessionId, method, params, length) {
      const filmed = sessions.get(sessionId);
      if (filmed === undefined || method !== 'Page.screencastFrame') return;
      // Chromium gets no answer for it, and sends at most one more.
      if (length > longestMessage) return;
      const { data, sessionId: number } = params();
      if (typeof number !== 'number' || filmed.unanswered.length > mostUnanswered) return;
      filmed.unanswered.push(number);
      if (filmed.unanswered.length >= mostUnanswered) filmed.isStale = true;
      dueAt = Math.max(dueAt, performance.now()) + (length / bytesPerSecond) * 1_000;
      take(filmed.page, textOf(data));
      filmed.onPicture?.();
    },
    async finish(waitMs) {
      isOver = true;
      clearInterval(timer);
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timeout = setTimeout(resolve, waitMs);
      const last = [...sessions.values()].map((filmed) => {
        const seen = new Promise<void>((done) => (filmed.onPicture = done));
        void again(filmed);
        return seen;
      });
      await Promise.race([Promise.all(last), late]);
      clearTimeout(timeout);
    },
    stop() {
      isOver = true;
      clearInterval(timer);
      for (const filmed of sessions.values()) leave(filmed);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
