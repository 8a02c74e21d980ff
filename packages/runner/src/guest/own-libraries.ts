import type { Exposure } from './platform/expose.ts';
import { once } from './platform/lazy.ts';
import { lazyGlobals, type LazyLibraryName } from './platform/library-names.ts';
import { create, defineHidden, hasOwn } from './platform/natives.ts';
import type { CryptoLibrary } from './platform/crypto/index.ts';
import type { FetchLibrary } from './platform/fetch/index.ts';
import type { Files, Realm, Streams } from './platform/realm.ts';
import { sharedParts } from './platform/shared.ts';
import type { MessagingLibrary } from './platform/messaging/index.ts';
import type { Timeline } from './platform/timeline/index.ts';
import { createUrlClasses, type UrlClasses } from './platform/url.ts';

/** The exports of each of the platform's own libraries. */
interface OwnLibraries {
  readonly streams: { createStreams(realm: Realm): Streams };
  readonly compression: { createCompression(realm: Realm): object };
  readonly urlPattern: { URLPattern: new () => object };
  readonly files: { createFiles(realm: Realm): Files };
  readonly reader: { createReader(realm: Realm): object };
  readonly fetch: { createFetch(realm: Realm): FetchLibrary };
  readonly crypto: { createCrypto(realm: Realm): CryptoLibrary };
  readonly timeline: { createTimeline(realm: Realm): Timeline };
  readonly messaging: { createMessaging(realm: Realm): MessagingLibrary };
}

/** The platform's own libraries for one global scope, each created at its first use. */
export interface Libraries {
  readonly streams: () => Streams;
  readonly files: () => Files;
  readonly url: () => UrlClasses;
  readonly knownUrl: () => UrlClasses | undefined;
  readonly crypto: () => CryptoLibrary;
  readonly fetch: () => FetchLibrary;
  readonly timeline: () => Timeline;
  /** Exposes every lazy global. `onLoad` is called with each class when it is created. */
  expose(expose: Exposure, onLoad: (ctor: object) => void): void;
}

/** Prepares the libraries; `realm` is called when the first of them is loaded. */
export function createLibraries(
  realm: () => Realm,
  ends: Pick<Realm, 'AbortController'> & { readonly DOMException: unknown },
): Libraries {
  // The object that a library's text uses as its global scope.
  const scope = create(null) as object;
  const text = <Name extends keyof OwnLibraries>(name: Name): (() => OwnLibraries[Name]) => {
    const load = once<OwnLibraries[Name]>(name, scope);
    return () => {
      if (!hasOwn(scope, 'shared')) {
        defineHidden(scope, 'shared', sharedParts());
        defineHidden(scope, 'AbortController', ends.AbortController);
        defineHidden(scope, 'DOMException', ends.DOMException);
      }
      return load();
    };
  };
  const settled = create(null) as Partial<Record<LazyLibraryName, () => void>>;
  // Objects of a library may come before a script reads one of its classes: it is given them whole.
  const made = <T>(name: LazyLibraryName, make: () => T): (() => T) => {
    let value: T | undefined;
    return () => {
      if (value === undefined) {
        value = make();
        settled[name]?.();
      }
      return value;
    };
  };
  const texts = {
    streams: text('streams'),
    compression: text('compression'),
    urlPattern: text('urlPattern'),
    files: text('files'),
    reader: text('reader'),
    fetch: text('fetch'),
    crypto: text('crypto'),
    messaging: text('messaging'),
    timeline: text('timeline'),
  };
  const streams = made('streams', () => texts.streams().createStreams(realm()));
  const files = made('files', () => texts.files().createFiles(realm()));
  const crypto = made('crypto', () => texts.crypto().createCrypto(realm()));
  const timeline = made('timeline', () => texts.timeline().createTimeline(realm()));
  const fetch = made('fetch', () => texts.fetch().createFetch(realm()));
  let knownUrl: UrlClasses | undefined;
  const url = () => (knownUrl ??= createUrlClasses(files));
  const globals: Readonly<Record<LazyLibraryName, () => object>> = {
    url,
    urlPattern() {
      defineHidden(scope, 'URL', url().URL);
      return texts.urlPattern();
    },
    streams: () => streams().classes,
    compression: () => texts.compression().createCompression(realm()),
    files,
    reader: () => texts.reader().createReader(realm()),
    fetch: () => fetch().globals,
    crypto: () => crypto().globals,
    timeline: () => timeline().globals,
    messaging: () => texts.messaging().createMessaging(realm()).globals,
  };

  return {
    streams,
    files,
    url,
    knownUrl: () => knownUrl,
    crypto,
    fetch,
    timeline,
    expose(expose, onLoad) {
      for (const [name, names] of Object.entries(lazyGlobals)) {
        const load = globals[name as LazyLibraryName] as () => Readonly<Record<string, object>>;
        settled[name as LazyLibraryName] = expose.lazy(names, load, onLoad);
      }
    },
  };
}
