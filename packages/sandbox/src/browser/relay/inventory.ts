import type { Known } from './table/rules.ts';
import { type Fields, sessionTypeOf, type TargetInfo, textOf, targetInfoOf } from './messages.ts';
import type { SessionType } from './table/row.ts';
import { isViewer } from './table/urls.ts';

/** The limit of open pages of a run. */
export const mostPages = 64;

/** The limit of connections that a script has at a time: each is told of every target. */
export const mostConnections = 16;

/** How many ended targets are remembered: the script's sessions are told of an end after the relay's own. */
const mostEnded = 1_000;

interface Session {
  readonly type: SessionType | null;
  readonly targetId: string;
  /** The session that it was made on, and with which it ends. */
  readonly parent: string | undefined;
}

/** The targets, sessions and contexts of a run's browser, and which of them the script may see. */
export class Inventory implements Known {
  /** Known once the browser has a run. */
  memoryBytes = 0;
  readonly #targets = new Map<string, TargetInfo>();
  readonly #ended = new Set<string>();
  readonly #sessions = new Map<string, Session>();
  readonly #connections = new Set<string>();
  readonly #contexts = new Set<string>();
  readonly #streams = new Set<string>();
  /** Contexts of the relay, frames of Chromium's own, and sessions to what is hidden. */
  readonly #hiddenContexts = new Set<string>();
  readonly #hiddenFrames = new Set<string>();
  readonly #hiddenSessions = new Set<string>();
  /** The ids of the browser as a target: as the relay's own session has it, and as the script has it. */
  #ownTarget = '';
  #browserTarget = '';
  #opening = 0;
  #connecting = 0;

  ownsContext(id: string): boolean {
    return this.#contexts.has(id);
  }

  /** A frame without a URL is not known yet: it may become one of Chromium's own. */
  ownsTarget(id: string): boolean {
    const target = this.#targets.get(id);
    return target !== undefined && this.maySee(target) && !isUnknown(target);
  }

  ownsSession(id: string): boolean {
    return this.#sessions.has(id);
  }

  ownsStream(handle: string): boolean {
    return this.#streams.has(handle);
  }

  /** `undefined` for a session that the script does not know. */
  sessionType(id: string | undefined): SessionType | null | undefined {
    return id === undefined ? 'browser' : this.#sessions.get(id)?.type;
  }

  isHiddenSession(id: string | undefined): boolean {
    return id !== undefined && this.#hiddenSessions.has(id);
  }

  /** The browser's own targets, such as pages of its menus, are hidden from the script. */
  maySee(info: TargetInfo): boolean {
    if (this.#hiddenContexts.has(info.contextId) || this.isHiddenFrame(info)) return false;
    if (info.type === 'browser') return info.targetId === this.#browserTarget;
    return sessionTypeOf(info.type) !== null;
  }

  /** Frames of the viewer of PDFs, which have more rights than pages, and frames in them. */
  isHiddenFrame({ type, targetId, parentId, url }: TargetInfo): boolean {
    if (type !== 'iframe') return false;
    return isViewer(url) || this.#hiddenFrames.has(targetId) || this.#hiddenFrames.has(parentId);
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

  hideFrame(targetId: string): void {
    this.#hiddenFrames.add(targetId);
    this.#targets.delete(targetId);
  }

  addStream(handle: string): void {
    this.#streams.add(handle);
  }

  /** Called when a target has appeared or changed. `undefined` when the script may not see it. */
  seen(info: TargetInfo): TargetInfo | undefined {
    if (info.type === 'browser' && this.#browserTarget === '' && info.targetId !== this.#ownTarget)
      this.#browserTarget = info.targetId;
    if (this.isHiddenFrame(info)) this.hideFrame(info.targetId);
    if (!this.maySee(info)) return undefined;
    this.#targets.set(info.targetId, info);
    return info;
  }

  gone(targetId: string): void {
    this.#hiddenFrames.delete(targetId);
    if (!this.#targets.delete(targetId)) return;
    this.#ended.add(targetId);
    for (const first of this.#ended) {
      if (this.#ended.size <= mostEnded) break;
      this.#ended.delete(first);
    }
  }

  /** Whether the script may have been told of a target that is there, or that has ended. */
  knew(targetId: string): boolean {
    return this.#targets.has(targetId) || this.#ended.has(targetId);
  }

  /**
   * Called when a session was made, on the session `parent`. Returns `told` when the script is told of
   * it, `answered` when it learns of it from the answer to its command, and `hidden` when it must not.
   */
  attached(params: Fields, parent?: string): 'told' | 'answered' | 'hidden' {
    const info = targetInfoOf(params);
    const id = textOf(params['sessionId']);
    if (info.type === 'browser' && this.#ownTarget === '') {
      this.#ownTarget = info.targetId;
      this.#hiddenSessions.add(id);
      return 'hidden';
    }
    if (info.type === 'browser' && !this.maySee(info)) {
      this.#sessions.set(id, { type: 'browser', targetId: info.targetId, parent: undefined });
      this.#connections.add(id);
      return 'answered';
    }
    if (!this.maySee(info)) {
      this.#hiddenSessions.add(id);
      return 'hidden';
    }
    this.#targets.set(info.targetId, info);
    const { targetId, type } = info;
    this.#sessions.set(id, { type: sessionTypeOf(type), targetId, parent });
    return 'told';
  }

  /** Called when a session has ended, and those that were made on it. Returns those of the script. */
  detached(id: string): readonly string[] {
    this.#hiddenSessions.delete(id);
    this.#connections.delete(id);
    if (!this.#sessions.delete(id)) return [];
    const made = this.#sessions.entries().filter(([, { parent }]) => parent === id);
    return [id, ...[...made].flatMap(([child]) => this.detached(child))];
  }

  /** Whether the script has a session to a target, so that hiding it comes too late. */
  isAttached(targetId: string): boolean {
    return this.#sessions.values().some((session) => session.targetId === targetId);
  }

  /** Whether the script may open another page. Pages that are being opened count. */
  mayOpen(): boolean {
    return this.pages.length + this.#opening < mostPages;
  }

  /** Counts a requested page until Chromium has answered. */
  opening(by: 1 | -1): void {
    this.#opening += by;
  }

  /** The same for connections. */
  mayConnect(): boolean {
    return this.#connections.size + this.#connecting < mostConnections;
  }

  connecting(by: 1 | -1): void {
    this.#connecting += by;
  }

  get pages(): readonly TargetInfo[] {
    return [...this.#targets.values()].filter(({ type }) => type === 'page');
  }
}

function isUnknown({ type, url }: TargetInfo): boolean {
  return type === 'iframe' && url === '';
}
