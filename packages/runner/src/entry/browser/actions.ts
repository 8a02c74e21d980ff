/** Records the calls of Puppeteer that a script waits for. */
import { type ActionMessage, caps } from '@castellan/protocol/frames';
import { Locator } from 'puppeteer-core/internal/api/locators/locators.js';
import { CdpBrowser } from 'puppeteer-core/internal/cdp/Browser.js';
import { CdpBrowserContext } from 'puppeteer-core/internal/cdp/BrowserContext.js';
import { CdpElementHandle } from 'puppeteer-core/internal/cdp/ElementHandle.js';
import { CdpFrame } from 'puppeteer-core/internal/cdp/Frame.js';
import { CdpHTTPResponse } from 'puppeteer-core/internal/cdp/HTTPResponse.js';
import { CdpKeyboard, CdpMouse, CdpTouchscreen } from 'puppeteer-core/internal/cdp/Input.js';
import { CdpPage } from 'puppeteer-core/internal/cdp/Page.js';
import { EventEmitter } from 'puppeteer-core/internal/common/EventEmitter.js';
import {
  apply,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isPrototypeOf,
  ownKeys,
  stringSlice,
  stringSplit,
} from '../../guest/platform/natives.ts';
import { shownArguments } from './arguments.ts';

type Method = (...args: unknown[]) => unknown;

const { stringify } = JSON;
const ErrorOf = Error;
const errorText = Error.prototype.toString;
const promises = Promise.prototype;
const { then } = promises;

/** How a call begins in the recording, and whose methods those are. */
const owners: readonly (readonly [name: string, { readonly prototype: object }])[] = [
  ['page', CdpPage],
  ['frame', CdpFrame],
  ['element', CdpElementHandle],
  ['locator', Locator],
  ['keyboard', CdpKeyboard],
  ['mouse', CdpMouse],
  ['touchscreen', CdpTouchscreen],
  ['browser', CdpBrowser],
  ['context', CdpBrowserContext],
  ['response', CdpHTTPResponse],
];

/**
 * Reports each call that returns a promise, once for what the script itself called: not what Puppeteer
 * calls meanwhile. Such a call has a frame of the script's on its stack that is no `async` one.
 */
export function recordActions(act: (text: string) => void): void {
  const send = (action: ActionMessage): void => act(stringify(action));
  let lastId = 0;
  /** Calls that have not returned yet, one inside of the other. */
  let depth = 0;

  function record(name: string, args: readonly unknown[], result: object): unknown {
    const place = callerOf();
    if (place === undefined) return result;
    const id = ++lastId;
    send({ id, name, args: shownArguments(name, args), place });
    const ended = (error: string | null): void => send({ id, error });
    return apply(then, result, [
      (value: unknown) => {
        ended(null);
        return value;
      },
      (error: unknown) => {
        ended(textOf(error));
        throw error;
      },
    ]);
  }

  function wrapped(name: string, method: Method): Method {
    return function (this: unknown, ...args: unknown[]): unknown {
      depth++;
      let result: unknown;
      try {
        result = apply(method, this, args);
      } finally {
        depth--;
      }
      const isPromise =
        typeof result === 'object' && result !== null && isPrototypeOf(promises, result);
      return depth === 0 && isPromise ? record(name, args, result as object) : result;
    };
  }

  const done = new Set<object>([Object.prototype, EventEmitter.prototype]);
  for (const [owner, { prototype }] of owners) {
    for (let holder: object | null = prototype; holder !== null; holder = getPrototypeOf(holder)) {
      if (done.has(holder)) break;
      done.add(holder);
      for (const key of ownKeys(holder)) {
        const own = getOwnPropertyDescriptor(holder, key);
        if (typeof key !== 'string' || /^_|^constructor$/.test(key)) continue;
        if (typeof own?.value !== 'function') continue;
        const method = own.value as Method;
        const value = wrapped(`${owner}.${key}`, method);
        defineProperty(value, 'name', { value: method.name, configurable: true });
        defineProperty(value, 'length', { value: method.length, configurable: true });
        defineProperty(holder, key, { ...own, value });
      }
    }
  }
}

/** The place in the script that has just called; `undefined` when Puppeteer did. A formatter of the script sees nothing of it. */
function callerOf(): string | undefined {
  const given = ErrorOf as unknown as { prepareStackTrace: unknown; stackTraceLimit: unknown };
  const { prepareStackTrace, stackTraceLimit } = given;
  given.prepareStackTrace = undefined;
  given.stackTraceLimit = 20;
  let stack: unknown;
  try {
    ({ stack } = new ErrorOf());
  } finally {
    given.prepareStackTrace = prepareStackTrace;
    given.stackTraceLimit = stackTraceLimit;
  }
  const frame = typeof stack === 'string' ? stringSplit(stack, '\n    at ')[1] : undefined;
  if (frame === undefined || stringSlice(frame, 0, 6) === 'async ') return undefined;
  const parts = stringSplit(frame, ' (');
  const last = parts[parts.length - 1] as string;
  return stringSlice(parts.length === 1 ? last : stringSlice(last, 0, -1), 0, caps.actionText);
}

function textOf(error: unknown): string {
  let text = 'Error';
  try {
    text = apply(errorText, error, []);
  } catch {
    // What was thrown is no error, or has a message that throws.
  }
  return stringSlice(text, 0, caps.actionText);
}
