import type { Known } from './rules.ts';
import { type Fields, sessionTypeOf, type TargetInfo, textOf, targetInfoOf } from './messages.ts';
import type { SessionType } from './table.ts';

/** Pages of one run at a time. */
export const mostPages = 64;

/** The type of targets that Chromium makes for itself: parts of its window, which nobody sees. */
const chromiumsOwn = 'browser_ui';

/** What is there in one run's browser, and what of it the script may see. */
export class Inventory implements Known {
  readonly #targets = new Map<string, TargetInfo>();
  readonly #sessions = new Map<string, SessionType | null>();
  readonly #contexts = new Set<string>();
  readonly #streams = new Set<string>();
  /** Contexts of the relay's own, and sessions to what is in them. */
  readonly #hiddenContexts = new Set<string>();
  readonly #hiddenSessions = new Set<string>();
  /** The browser itself, as the relay's own session sees it. */
  #ownTarget = '';
  #opening = 0;

  ownsContext(id: string): boolean {
    return this.#contexts.has(id);
  }

  ownsTarget(id: string): boolean {
    const target = this.#targets.get(id);
    return target !== undefined && sessionTypeOf(target.type) !== null;
  }

  ownsSession(id: string): boolean {
    return this.#sessions.has(id);
  }

  ownsStream(handle: string): boolean {
    return this.#streams.has(handle);
  }

  /** `undefined` for a session that the script was never told of. */
  sessionType(id: string | undefined): SessionType | null | undefined {
    return id === undefined ? 'browser' : this.#sessions.get(id);
  }

  isHiddenSession(id: string | undefined): boolean {
    return id !== undefined && this.#hiddenSessions.has(id);
  }

  maySee({ targetId, type, contextId }: TargetInfo): boolean {
    if (type === chromiumsOwn || targetId === this.#ownTarget) return false;
    return !this.#hiddenContexts.has(contextId);
  }

  /** The script may name it from now on. */
  addContext(id: string): void {
    this.#contexts.add(id);
  }

  removeContext(id: string): void {
    this.#contexts.delete(id);
  }

  hideContext(id: string): void {
    this.#hiddenContexts.add(id);
  }

  hideSession(id: string): void {
    this.#hiddenSessions.add(id);
  }

  addStream(handle: string): void {
    this.#streams.add(handle);
  }

  /** A target has appeared or changed; `undefined` when it is none of the script's. */
  seen(info: TargetInfo): TargetInfo | undefined {
    if (!this.maySee(info)) return undefined;
    this.#targets.set(info.targetId, info);
    return info;
  }

  gone(targetId: string): void {
    this.#targets.delete(targetId);
  }

  /** A session has been made on the script's side. False: it is to hear nothing of it. */
  attached(params: Fields): boolean {
    const info = targetInfoOf(params);
    const id = textOf(params['sessionId']);
    // A session to the browser itself is the relay's own.
    if (info.type === 'browser') this.#ownTarget = info.targetId;
    if (info.type === 'browser' || !this.maySee(info)) {
      this.#hiddenSessions.add(id);
      return false;
    }
    this.#targets.set(info.targetId, info);
    this.#sessions.set(id, sessionTypeOf(info.type));
    return true;
  }

  detached(params: Fields): boolean {
    const id = textOf(params['sessionId']);
    this.#sessions.delete(id);
    return !this.#hiddenSessions.delete(id);
  }

  /** The script wants another page. False: there are, or will be, as many as there may be. */
  mayOpen(): boolean {
    return this.pages.length + this.#opening < mostPages;
  }

  /** Counts a page that has been asked for until Chromium has answered. */
  opening(by: 1 | -1): void {
    this.#opening += by;
  }

  get pages(): readonly TargetInfo[] {
    return [...this.#targets.values()].filter(({ type }) => type === 'page');
  }
}
