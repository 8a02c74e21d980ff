/**
 * The bundled libraries, each fetched from the host and evaluated when it is first asked for. A
 * startup snapshot pays for everything in it each time a context starts, source text included.
 */
import { defineProperty } from './natives.ts';
import type { Convert } from './conversion.ts';
import type { LibraryName } from './library-names.ts';

type Inspect = typeof import('node-inspect-extracted');
type Bytes = typeof import('./bytes.ts');
type Utf8 = typeof import('@exodus/bytes/utf8.js');
type Url = typeof import('whatwg-url/webidl2js-wrapper.js');
type Words = typeof import('./words/index.ts');

/** A bundled library: a function of the `globalThis` and the `SharedArrayBuffer` that it shall use. */
export type LibraryFactory = (scope: object, sharedArrayBuffer: unknown) => unknown;

let fetchLibrary: (name: LibraryName) => LibraryFactory = () => {
  throw new Error('no library before the platform is connected');
};

/** Sets how libraries are fetched, and what converts for them; to be called before any script runs. */
export function connectLibraries(
  fetch: (name: LibraryName) => LibraryFactory,
  convert: Convert,
): void {
  fetchLibrary = fetch;
  bareScope.convert = convert;
}

/** The runner's conversions. */
export const convert: Convert = (data, encoding) => bareScope.convert(data, encoding);

/** A copy of the engine's own global scope, which neither scripts nor the platform change. */
const engineScope = Object.create(null, Object.getOwnPropertyDescriptors(globalThis)) as object;

/** What V8 tells of values that JavaScript cannot know: see `native/details.cc`. */
export interface Details {
  promise(value: unknown): readonly [state: number, result: unknown] | undefined;
  entries(iterator: unknown): readonly [values: readonly unknown[], arePairs: boolean] | undefined;
}

/** Gives them to the library that shows values, before it is loaded; no script can reach them. */
export function connectDetails(details: Details): void {
  defineProperty(engineScope, 'details', { value: details });
}

/** An empty scope, so that a library does not take the platform's classes for the engine's. */
const bareScope = Object.create(null) as { convert: Convert };

/** One library calls the getters of this prototype to test values; no value ever passes. */
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

/** What is seldom said. */
export const wordsLibrary = once<Words>('words', bareScope);

/** A library that uses `scope` as its global scope; loaded at the first call. */
export function once<T>(name: LibraryName, scope: object): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= fetchLibrary(name)(scope, NoSharedMemory) as T);
}
