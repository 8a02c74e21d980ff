import {
  FunctionLocator,
  Locator,
  NodeLocator,
  RaceLocator,
} from 'puppeteer-core/internal/api/locators/locators.js';

const { apply, defineProperty, getOwnPropertyDescriptor } = Reflect;

/** Bounds a time-out, in milliseconds, by what is left of the run. */
export type Bound = (usual: number) => number;

/** The property that holds the time-out of a locator. */
const held = '_timeout';

/**
 * A locator takes its time-out when it is made, and may be used much later: until a script sets it, it
 * is what `ms` says at each use.
 */
function follow<Made extends object>(locator: Made, ms: () => number): Made {
  defineProperty(locator, held, {
    get: ms,
    set: (value: unknown) =>
      defineProperty(locator, held, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      }),
    enumerable: true,
    configurable: true,
  });
  return locator;
}

/** What a locator is made from: a page, or a frame of one. */
type Place = { getDefaultTimeout(): number } | { page(): { getDefaultTimeout(): number } };

const defaultOf = (place: Place): number =>
  'getDefaultTimeout' in place ? place.getDefaultTimeout() : place.page().getDefaultTimeout();

/** Bounds the default time-outs of locators; `usualMs` is that of those which belong to no page. */
export function boundLocators(bound: Bound, usualMs: number): void {
  const makers = [
    [NodeLocator, 'create'],
    [NodeLocator, 'createFromHandle'],
    [FunctionLocator, 'create'],
  ] as const;
  for (const [holder, name] of makers) {
    const make = (holder as unknown as Record<string, (...given: unknown[]) => object>)[name]!;
    const made = (place: Place, ...rest: unknown[]): object =>
      follow(apply(make, holder, [place, ...rest]), () => defaultOf(place));
    Object.assign(holder, { [name]: made });
  }
  const usual = (): number => bound(usualMs);
  const { create: race } = RaceLocator;
  RaceLocator.create = (locators) => follow(apply(race, RaceLocator, [locators]), usual);
  /* oxlint-disable no-underscore-dangle -- Puppeteer has no other place for it */
  // The only one that forgets the time-out of what it clones.
  const { _clone: clone } = FunctionLocator.prototype;
  FunctionLocator.prototype._clone = function () {
    return follow(apply(clone, this, []), usual);
  };
  /* oxlint-enable no-underscore-dangle */
  const { copyOptions } = Locator.prototype;
  Locator.prototype.copyOptions = function (from) {
    apply(copyOptions, this, [from]);
    const { get } = getOwnPropertyDescriptor(from, held) ?? {};
    return get === undefined ? this : follow(this, get as () => number);
  };
}
