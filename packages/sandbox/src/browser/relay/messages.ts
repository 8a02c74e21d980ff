import { exceededCap } from '@castellan/protocol/json';
import type { Pieces } from './piece.ts';
import type { SessionType } from './table/row.ts';

/** An object from JSON text of either side. Hostile. */
export type Fields = Readonly<Record<string, unknown>>;

/** Values and keys of a message that is parsed: few milliseconds, and 16 MiB at most. */
export const mostNodes = 2 ** 18;

/** The longest message that is parsed: it holds URLs and titles of pages, or a picture of the relay's own. */
export const mostParsed = 16 * 2 ** 20;

/** The kind of a message from Chromium, found without parsing all of it. */
export type Incoming =
  | { readonly kind: 'answer'; readonly id: number; readonly rest: Pieces }
  | {
      readonly kind: 'event';
      readonly method: string;
      readonly sessionId: string | undefined;
      params(): Fields;
    };

/**
 * Chromium writes `{"id":1,…` and `{"method":"A.b",…,"sessionId":"…"}`: beginning and end are enough
 * to route a message, so a screenshot of megabytes is forwarded without being parsed.
 */
export function readIncoming(message: Pieces): Incoming | undefined {
  const { start } = message;
  const answer = /^\{"id":(\d{1,15})(?=[,}])/.exec(start);
  if (answer !== null) {
    return { kind: 'answer', id: Number(answer[1]), rest: message.after(answer[0].length) };
  }
  const event = /^\{"method":"([A-Za-z]+\.[A-Za-z]+)"/.exec(start);
  if (event?.[1] === undefined) return undefined;
  const sessionId = /"sessionId":"([0-9A-F]{32})"\}$/.exec(message.end)?.[1];
  return {
    kind: 'event',
    method: event[1],
    sessionId,
    params: () =>
      message.length > mostParsed ? {} : fieldsOf(fieldsOf(parse(message.text()))['params']),
  };
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `undefined` for a text that is no JSON, or that holds more values than any honest message. */
export function parse(text: string): unknown {
  if (exceededCap(text, { depth: Infinity, nodes: mostNodes }) !== null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
  readonly contextId: string;
  /** The target and the frame that a frame is in. */
  readonly parentId: string;
  readonly parentFrameId: string;
}

export function targetInfoOf(params: Fields): TargetInfo {
  const info = fieldsOf(params['targetInfo']);
  return {
    targetId: textOf(info['targetId']),
    type: textOf(info['type']),
    url: textOf(info['url']),
    contextId: textOf(info['browserContextId']),
    parentId: textOf(info['parentId']),
    parentFrameId: textOf(info['parentFrameId']),
  };
}

const sessionTypes: Readonly<Record<string, SessionType>> = {
  browser: 'browser',
  tab: 'tab',
  page: 'page',
  iframe: 'frame',
  worker: 'worker',
  shared_worker: 'worker',
  service_worker: 'worker',
};

/** The kind of a session to a target of that type; `null` when nothing is allowed on it. */
export function sessionTypeOf(targetType: string): SessionType | null {
  return Object.hasOwn(sessionTypes, targetType) ? (sessionTypes[targetType] ?? null) : null;
}
