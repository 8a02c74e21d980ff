/**
 * The bundled libraries, each evaluated when it is first asked for. A startup snapshot pays for
 * every object in it each time a context starts, but next to nothing for source text.
 */

type Inspect = typeof import('node-inspect-extracted');
type Bytes = typeof import('./bytes.ts');
type Url = typeof import('whatwg-url/webidl2js-wrapper.js');
type Factory<T> = (scope: object, sharedArrayBuffer: unknown) => T;

// The bundler makes each library one function, whose parameters are its `globalThis`
// and its `SharedArrayBuffer`.
declare function require(name: 'library:node-inspect-extracted'): Factory<Inspect>;
declare function require(name: 'library:./bytes.ts'): Factory<Bytes>;
declare function require(name: 'library:whatwg-url/webidl2js-wrapper.js'): Factory<Url>;

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
export const inspectLibrary = once(() =>
  require('library:node-inspect-extracted')(engineScope, NoSharedMemory),
);

/** The Encoding standard, and base64. */
export const bytesLibrary = once(() => require('library:./bytes.ts')(bareScope, NoSharedMemory));

/** The URL standard. */
export const urlLibrary = once(() =>
  require('library:whatwg-url/webidl2js-wrapper.js')(bareScope, NoSharedMemory),
);

function once<T>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= load());
}
