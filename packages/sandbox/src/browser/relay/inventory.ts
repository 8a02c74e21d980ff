import type { Known } from './table/rules.ts';
import { type Fields, sessionTypeOf, type TargetInfo, textOf, targetInfoOf } from './messages.ts';
import type { SessionType } from './table/row.ts';

/** The limit of open pages of a run. */
export const mostPages = 64;

/** The targets, sessions and contexts of a run's browser, and which of them the script may see. */
export class Inventory implements Known {
  readonly #targets = new Map<string, TargetInfo>();
  readonly #sessions = new Map<string, SessionType | null>();
  readonly #contexts = new Set<string>();
  readonly #streams = new Set<string>();
  /** Contexts of the relay, and sessions to targets in them. */
  readonly #hiddenContexts = new Set<string>();
  readonly #hiddenSessions = new Set<string>();
  /** The id of the browser's own target. */
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

  /** `undefined` for a session that the script does not know. */
  sessionType(id: string | undefined): SessionType | null | undefined {
    return id === undefined ? 'browser' : this.#sessions.get(id);
  }

  isHiddenSession(id: string | undefined): boolean {
    return id !== undefined && this.#hiddenSessions.has(id);
  }

  /** The browser's own targets, such as pages of its menus, are hidden from the script. */
  maySee({ type, targetId, contextId }: TargetInfo): boolean {
    const isHidden = this.#hiddenContexts.has(contextId) || targetId === this.#ownTarget;
    return !isHidden && sessionTypeOf(type) !== null;
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

  /** Called when a target has appeared or changed. `undefined` when the script may not see it. */
  seen(info: TargetInfo): TargetInfo | undefined {
    if (!this.maySee(info)) return undefined;
    this.#targets.set(info.targetId, info);
    return info;
  }

  gone(targetId: string): void {
    this.#targets.delete(targetId);
  }

  /** Called when a session was made. Returns false when the script must not learn of it. */
  attached(params: Fields): boolean {
    const info = targetInfoOf(params);
    const id = textOf(params['sessionId']);
    // Only the relay has a session to the browser itself.
    if (info.type === 'browser') this.#ownTarget = info.targetId;
    if (!this.maySee(info) || info.type === 'browser') {
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

  /** Whether the script may open another page. Pages that are being opened count. */
  mayOpen(): boolean {
    return this.pages.length + this.#opening < mostPages;
  }

  /** Counts a requested page until Chromium has answered. */
  opening(by: 1 | -1): void {
    this.#opening += by;
  }

  get pages(): readonly TargetInfo[] {
    return [...this.#targets.values()].filter(({ type }) => type === 'page');
  }
}
