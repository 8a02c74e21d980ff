import type { Realm } from '../realm.ts';
import { type Members, toByteString, toDictionary, toEnum, toUsvString } from '../webidl.ts';
import { isForbiddenMethod, normalizeMethod } from './rules.ts';

/** Kept as given; only `redirect` has an effect where there are no origins. */
export interface Options {
  readonly mode: string;
  readonly credentials: string;
  readonly cache: string;
  readonly redirect: 'follow' | 'error' | 'manual';
  readonly referrer: string;
  readonly referrerPolicy: string;
  readonly integrity: string;
  readonly keepalive: boolean;
}

export const defaults: Options = {
  mode: 'cors',
  credentials: 'same-origin',
  cache: 'default',
  redirect: 'follow',
  referrer: 'about:client',
  referrerPolicy: '',
  integrity: '',
  keepalive: false,
};

const enums = {
  cache: ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'],
  credentials: ['omit', 'same-origin', 'include'],
  mode: ['same-origin', 'no-cors', 'cors', 'navigate'],
  priority: ['high', 'low', 'auto'],
  redirect: ['follow', 'error', 'manual'],
  referrerPolicy: [
    '',
    'no-referrer',
    'no-referrer-when-downgrade',
    'same-origin',
    'origin',
    'strict-origin',
    'origin-when-cross-origin',
    'strict-origin-when-cross-origin',
    'unsafe-url',
  ],
} as const;

/** Reads the members in Web IDL's order, and converts each as it is read. */
export function readInit(init: unknown) {
  const bag: Members = toDictionary(init, 'Request: the options');
  const options: Record<string, unknown> = {};
  const text = <T>(key: string, convert: (value: unknown) => T): T | undefined => {
    const value = bag[key];
    return value === undefined ? undefined : convert(value);
  };
  const option = (key: string, convert: (value: unknown) => unknown): void => {
    const value = text(key, convert);
    if (value !== undefined) options[key] = value;
  };
  const one = (key: keyof typeof enums) => (value: unknown) =>
    toEnum(value, enums[key] as readonly string[], `Request: ${key}`);
  const { body } = bag;
  option('cache', one('cache'));
  option('credentials', one('credentials'));
  const duplex = text('duplex', (value) => toEnum(value, ['half'], 'Request: duplex'));
  const { headers } = bag;
  option('integrity', (value) => `${value as string}`);
  option('keepalive', Boolean);
  const method = text('method', toByteString);
  option('mode', one('mode'));
  text('priority', one('priority'));
  option('redirect', one('redirect'));
  const referrer = text('referrer', toUsvString);
  option('referrerPolicy', one('referrerPolicy'));
  const { signal, window } = bag;
  const mode = options['mode'] as string | undefined;
  const given = Object.keys(options).length === 0 ? undefined : true;
  return { body, duplex, headers, method, mode, referrer, signal, window, options, given };
}

/** Normalizes a method; throws a TypeError for one that is not allowed. */
export function checkedMethod(method: string): string {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method) || isForbiddenMethod(method)) {
    throw new TypeError(`"${method}" is no allowed HTTP method`);
  }
  return normalizeMethod(method);
}

export function isBodiless(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

export function signalOf(realm: Realm, value: unknown): AbortSignal {
  if (value instanceof realm.AbortSignal) return value;
  throw new TypeError('Request: signal must be an AbortSignal');
}
