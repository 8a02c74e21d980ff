import type { CdpConnection } from './connection.ts';
import type { Inventory } from './inventory.ts';
import { type Fields, fieldsOf, textOf } from './messages.ts';

/** A picture of the page in front as PNG, or why there is none. */
export type Picture = Uint8Array | { readonly why: string };

/** Takes pictures for the launcher, of pages that hang too. */
export interface Pictures {
  /** An event on a session of the relay's own. */
  event(sessionId: string, method: string, params: () => Fields): void;
  /** Resolves in time, whatever the page does. Never rejects. */
  take(): Promise<Picture>;
}

/** Time limits, in milliseconds: of a page that answers, and of the compositor of one that does not. */
const pageMs = 500;
const frameMs = 2_000;

/** Runs in the page, which may answer anything: an empty one is not worth a picture. */
const isBlank = 'document.body === null || document.body.childNodes.length === 0';

/**
 * Pages draw their own pictures, and one that computes or shows a dialog does not answer. Of such a page the
 * compositor still has the last frame, which a screencast sends without asking the page.
 */
export function pictures(
  cdp: CdpConnection,
  inventory: Inventory,
  ownSession: () => string,
): Pictures {
  const frames = new Map<string, (data: string) => void>();

  async function firstFrame(session: string): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const timer = setTimeout(() => resolve(undefined), frameMs);
    frames.set(session, resolve);
    cdp.ask('Page.startScreencast', { format: 'png' }, session).catch(() => undefined);
    const data = await promise;
    clearTimeout(timer);
    frames.delete(session);
    return data;
  }

  async function ask(method: string, params: Fields, session: string): Promise<Fields | undefined> {
    return cdp.ask(method, params, session, pageMs).catch(() => undefined);
  }

  async function take(): Promise<Picture> {
    const isEmpty = (url: string): boolean => url === '' || url === 'about:blank';
    const page = inventory.pages.findLast(({ url }) => !isEmpty(url)) ?? inventory.pages.at(-1);
    if (page === undefined) return { why: 'no page is open' };
    const { targetId } = page;
    const attach = await ask('Target.attachToTarget', { targetId, flatten: true }, ownSession());
    const session = textOf(attach?.['sessionId']);
    if (session === '') return { why: 'the browser does not answer' };
    inventory.hideSession(session);
    const [blank, shot] = await Promise.all([
      ask('Runtime.evaluate', { expression: isBlank }, session),
      ask('Page.captureScreenshot', { format: 'png' }, session),
    ]);
    if (fieldsOf(blank?.['result'])['value'] === true) return { why: 'the page is empty' };
    const data = textOf(shot?.['data']) || (await firstFrame(session));
    return data === undefined ? { why: 'the page hangs' } : Buffer.from(data, 'base64');
  }

  return {
    event(sessionId, method, params) {
      if (method === 'Page.screencastFrame') frames.get(sessionId)?.(textOf(params()['data']));
    },
    take,
  };
}
