/**
 * The bundled libraries, each fetched from the host and evaluated when it is first asked for. A
 * startup snapshot pays for everything in it each time a context starts, source text included.
 */
import type { LibraryName } from './library-names.ts';

type Inspect = typeof import('node-inspect-extracted');
type Bytes = typeof import('./bytes.ts');
type Utf8 = typeof import('@exodus/bytes/utf8.js');
type Url = typeof import('whatwg-url/webidl2js-wrapper.js');

/** A library as the bundler makes it: a function of its `globalThis` and its `SharedArrayBuffer`. */
export type LibraryFactory = (scope: object, sharedArrayBuffer: unknown) => unknown;

let fetchLibrary: (name: LibraryName) => LibraryFactory = () => {
  throw new Error('no library before the platform is connected');
};

/** Says where libraries come from; to be called before any script runs. */
export function fetchLibrariesBy(fetch: (name: LibraryName) => LibraryFactory): void {
  fetchLibrary = fetch;
}

/** The global scope as the engine made it: no script can change it, nor does the platform. */
const engineScope = Object.create(null, Object.getOwnPropertyDescriptors(globalThis)) as object;

/** A scope without the platform's classes, which a library must not take for the engine's own. */
const bareScope = Object.create(null) as object;

/** One library takes the getters of this prototype; no value ever passes the test that they make. */
class NoSharedMemory {
  get byteLength(): number {
    throw new TypeError('not a SharedArrayBuffer');
  }

  get growable(): boolean {
    throw new TypeError('not a SharedArrayBuffer');
  }
}

/** Node's `inspect` and `format`. */
export const inspectLibrary = once<Inspect>('inspect', engineScope);

/** The Encoding standard, and base64. */
export const bytesLibrary = once<Bytes>('bytes', bareScope);

/** UTF-8 alone, without the tables of old encodings. */
export const utf8Library = once<Utf8>('utf8', bareScope);

/** The URL standard. */
export const urlLibrary = once<Url>('url', bareScope);

/** A library that is given the scope which its text takes for the global one. */
export function once<T>(name: LibraryName, scope: object): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= fetchLibrary(name)(scope, NoSharedMemory) as T);
}
