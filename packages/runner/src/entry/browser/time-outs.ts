import { Browser } from 'puppeteer-core/internal/api/Browser.js';
import { BrowserContext } from 'puppeteer-core/internal/api/BrowserContext.js';
import { Connection } from 'puppeteer-core/internal/cdp/Connection.js';
import { TimeoutSettings } from 'puppeteer-core/internal/common/TimeoutSettings.js';
import { type Bound, boundLocators } from './locators.ts';

const { apply } = Reflect;
const { add, has } = WeakSet.prototype;
const { get, set: put } = WeakMap.prototype;
const { floor, max, min } = Math;

/** What Puppeteer waits where it has no settings for it, in milliseconds. */
const usualMs = 30_000;

/** How much of what is left of a run is kept, in milliseconds and as a part, and the most of it. */
interface Margin {
  readonly ms: number;
  readonly part: number;
  readonly most: number;
}

const afterWait: Margin = { ms: 400, part: 1 / 20, most: 1 / 2 };
/** Less: a wait is mostly one command to a page, and its own error says more than that of the command. */
const afterCommand: Margin = { ms: 200, part: 1 / 40, most: 1 / 4 };

/** What the bounds have to know of the connection. */
export interface TimeOuts {
  /** Called before each connection, with what the script asks of it. */
  connecting(protocolTimeout: number | undefined): void;
}

/**
 * Makes the time-outs that a script does not set end a little before the run does: so the error is
 * Puppeteer's own, with the selector and the script's line, and the script may catch it. What a script
 * sets stays as it is.
 */
export function boundTimeOuts(leftMs: () => number): TimeOuts {
  const within =
    ({ ms, part, most }: Margin): Bound =>
    (usual) => {
      const left = leftMs();
      // Messages show it, and 0 would be none.
      return min(usual, max(1, floor(left - min(left * most, max(ms, left * part)))));
    };
  const bound = within(afterWait);
  boundSettings(bound);
  boundTargets(bound);
  boundLocators(bound, usualMs);
  return boundCommands(within(afterCommand));
}

/** Of pages, frames and workers. */
function boundSettings(bound: Bound): void {
  const { prototype } = TimeoutSettings;
  const { timeout, navigationTimeout, setDefaultTimeout, setDefaultNavigationTimeout } = prototype;
  const hasOwn = new WeakSet<object>();
  const hasOwnNavigation = new WeakSet<object>();
  const isIn = (set: WeakSet<object>, settings: object): boolean => apply(has, set, [settings]);

  prototype.setDefaultTimeout = function (ms) {
    apply(add, hasOwn, [this]);
    apply(setDefaultTimeout, this, [ms]);
  };
  prototype.setDefaultNavigationTimeout = function (ms) {
    apply(add, hasOwnNavigation, [this]);
    apply(setDefaultNavigationTimeout, this, [ms]);
  };
  prototype.timeout = function () {
    const ms = apply(timeout, this, []);
    return isIn(hasOwn, this) ? ms : bound(ms);
  };
  prototype.navigationTimeout = function () {
    const ms = apply(navigationTimeout, this, []);
    return isIn(hasOwnNavigation, this) || isIn(hasOwn, this) ? ms : bound(ms);
  };
}

/** Of `browser.waitForTarget` and that of contexts, which no setting changes. */
function boundTargets(bound: Bound): void {
  for (const prototype of [Browser.prototype, BrowserContext.prototype]) {
    const { waitForTarget } = prototype;
    prototype.waitForTarget = function (predicate, options = {}) {
      const timeout = options.timeout ?? bound(usualMs);
      return apply(waitForTarget, this, [predicate, { ...options, timeout }]);
    };
  }
}

/** Of commands, for which there is `protocolTimeout`. */
function boundCommands(bound: Bound): TimeOuts {
  /** Whether the script has set the time-out of a connection; of the next one until it has sent a command. */
  const isGiven = new WeakMap<object, boolean>();
  let isNextGiven = false;
  /* oxlint-disable no-underscore-dangle -- Puppeteer has no other place for it */
  const { _rawSend: send } = Connection.prototype;
  Connection.prototype._rawSend = function (callbacks, method, params, session, options) {
    const given = (apply(get, isGiven, [this]) as boolean | undefined) ?? isNextGiven;
    apply(put, isGiven, [this, given]);
    const own = given || options?.timeout !== undefined;
    const bounded = own ? options : { ...options, timeout: bound(this.timeout) };
    return apply(send, this, [callbacks, method, params, session, bounded]);
  };
  /* oxlint-enable no-underscore-dangle */
  return { connecting: (protocolTimeout) => void (isNextGiven = protocolTimeout !== undefined) };
}
