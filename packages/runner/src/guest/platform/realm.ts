import type { AbortClasses } from './abort.ts';
import type { Node } from './clone-node.ts';
import type { EventTargetClass } from './event-target.ts';
import type { Events } from './events.ts';
import type { CryptoHost } from './crypto/host.ts';
import type { Transport } from './fetch/transport.ts';
import type { FetchLibrary } from './fetch/index.ts';
import type { Files } from './files/index.ts';
import type { MessagingLibrary } from './messaging/index.ts';
import type { CryptoLibrary } from './crypto/index.ts';
import type { Streams } from './streams/index.ts';
import type { Timeline } from './timeline/index.ts';
import type { UrlClasses } from './url.ts';

/** How `structuredClone` treats the instances of a platform class. */
export interface Clonable {
  /** The node of an instance; undefined for what only has the prototype of one. */
  clone?(value: object): Node | undefined;
  /** The same for what is transferred: the original is of no use once the node is built. */
  transfer?(value: object): Node | undefined;
}

/** What the prelude gives to a library of the platform's own. */
export interface Realm extends AbortClasses {
  readonly events: Events;
  readonly EventTarget: EventTargetClass;
  readonly now: () => number;
  /** Runs `callback` as a task of its own after `ms` milliseconds; it is no timer of the script's. */
  readonly startOwn: (callback: () => void, ms: number) => void;
  /** Takes what was thrown where no script could catch it. */
  readonly report: (error: unknown) => void;
  readonly structuredClone: (value: unknown, options?: { transfer?: Iterable<unknown> }) => unknown;
  /** Lets instances of a class be cloned or transferred; a class that is never named is refused. */
  readonly clonable: (prototype: object, how: Clonable) => void;
  /** Undefined when the runner offers no network. */
  readonly transport: () => Transport | undefined;
  /** Undefined when the runner offers no cryptography. */
  readonly cryptoHost: () => CryptoHost | undefined;
  /** A random version 4 UUID; throws when the runner offers no cryptography. */
  readonly randomUuid: () => string;
  readonly streams: () => Streams;
  readonly files: () => Files;
  readonly url: () => UrlClasses;
  /** The same if it is loaded already. */
  readonly knownUrl: () => UrlClasses | undefined;
}

/** The platform's own libraries, each by what its text exports. */
export interface OwnLibraries {
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
