import { CdpBrowser } from 'puppeteer-core/internal/cdp/Browser.js';
import { CdpBrowserContext } from 'puppeteer-core/internal/cdp/BrowserContext.js';
import { CdpElementHandle } from 'puppeteer-core/internal/cdp/ElementHandle.js';
import { CdpFrame } from 'puppeteer-core/internal/cdp/Frame.js';
import { CdpHTTPResponse } from 'puppeteer-core/internal/cdp/HTTPResponse.js';
import { CdpKeyboard, CdpMouse } from 'puppeteer-core/internal/cdp/Input.js';
import { CdpJSHandle } from 'puppeteer-core/internal/cdp/JSHandle.js';
import { CdpPage } from 'puppeteer-core/internal/cdp/Page.js';
import { CdpWebWorker } from 'puppeteer-core/internal/cdp/WebWorker.js';
import { Locator } from 'puppeteer-core/internal/api/locators/locators.js';
import type { BrowsingHost } from './browsing-host.ts';
import { OpenCalls } from './open-calls.ts';

type Method = (...args: unknown[]) => unknown;

const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
const PromiseOf = Promise;

/** Calls that may wait for an event of the browser, and for nothing that was asked of it. */
const waiting = [
  'goto goBack goForward reload setContent waitForNavigation waitForSelector waitForFunction',
  'waitForRequest waitForResponse waitForNetworkIdle waitForFrame waitForFileChooser',
  'waitForDevicePrompt waitForTarget',
];

/** Calls that wait for answers, for which Puppeteer always has a timer. */
const asking = [
  '$ $$ $eval $$eval evaluate evaluateHandle addScriptTag addStyleTag content title screenshot pdf',
  'click focus hover select tap type press fill uploadFile boundingBox clickablePoint drag drop',
  'isVisible isHidden scrollIntoView setViewport emulate cookies setCookie close newPage pages',
  'createBrowserContext jsonValue getProperty getProperties down up move wheel buffer text json',
];

/** The calls of locators, which wait for events too. */
const locating = ['wait waitHandle click fill hover scroll'];

const named = (lines: readonly string[]): readonly string[] => lines.join(' ').split(' ');
const waits = new Set(named(waiting));
const all = named([...waiting, ...asking]);

/** What scripts call their objects, and the calls that are watched; a base class is the first one's. */
const classes = [
  [CdpPage, 'page', all],
  [CdpFrame, 'frame', all],
  [CdpJSHandle, 'handle', all],
  [CdpElementHandle, 'element', all],
  [CdpBrowser, 'browser', all],
  [CdpBrowserContext, 'context', all],
  [CdpKeyboard, 'page.keyboard', all],
  [CdpMouse, 'page.mouse', all],
  [CdpHTTPResponse, 'response', all],
  [CdpWebWorker, 'worker', all],
  [Locator, 'locator', named(locating)],
] as const;

/**
 * Watches the script's calls to Puppeteer: counts those that wait for an event, since Puppeteer has no timer
 * with a time-out of 0; names the one that is waited for; and shows in errors where the script called.
 */
export function watchCalls(host: Pick<BrowsingHost, 'count' | 'waitsFor' | 'leftMs'>): void {
  const calls = new OpenCalls(host);
  const done = new Set<object>();
  /** While a method of Puppeteer's runs, what it calls is its own. */
  let isInside = false;

  async function follow(id: number, result: unknown, isCounted: boolean): Promise<unknown> {
    if (isCounted) host.count(1);
    let failure: unknown;
    try {
      return await result;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      calls.end(id, failure);
      if (isCounted) host.count(-1);
    }
  }

  function watched(name: string, method: Method, isCounted: boolean): Method {
    return function (this: unknown, ...args: unknown[]) {
      if (isInside) return apply(method, this, args);
      const id = calls.begin(name, args[0]);
      isInside = true;
      let result: unknown;
      try {
        result = apply(method, this, args);
      } finally {
        isInside = false;
        if (!(result instanceof PromiseOf)) calls.end(id);
      }
      return result instanceof PromiseOf ? follow(id, result, isCounted) : result;
    };
  }

  for (const [{ prototype }, word, names] of classes) {
    for (const holder of chainOf(prototype)) {
      if (done.has(holder)) continue;
      done.add(holder);
      for (const name of names) {
        const own = getOwnPropertyDescriptor(holder, name);
        if (own === undefined || typeof own.value !== 'function') continue;
        const isCounted = word === 'locator' || waits.has(name);
        const method = own.value as Method;
        const value = watched(`${word}.${name}`, method, isCounted);
        defineProperty(value, 'name', { value: name, configurable: true });
        defineProperty(value, 'length', { value: method.length, configurable: true });
        defineProperty(holder, name, { ...own, value });
      }
    }
  }
}

/** The prototypes of a class and of those that it extends. */
function chainOf(prototype: object): object[] {
  const chain: object[] = [];
  for (let each: object | null = prototype; each !== null && each !== Object.prototype;) {
    chain.push(each);
    each = getPrototypeOf(each);
  }
  return chain;
}
