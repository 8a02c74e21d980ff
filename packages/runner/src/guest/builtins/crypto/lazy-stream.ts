type Kind = 'Transform' | 'Writable';
type Constructor = abstract new (options?: object) => object;

/** Everything that a stream has, besides its states. */
const names = (
  'on once off addListener removeListener removeAllListeners prependListener prependOnceListener ' +
  'emit listeners rawListeners listenerCount eventNames setMaxListeners getMaxListeners pipe unpipe ' +
  'read push unshift resume pause isPaused setEncoding wrap write end cork uncork destroy ' +
  'setDefaultEncoding readable writable destroyed closed errored readableEnded readableFlowing ' +
  'readableLength readableHighWaterMark readableObjectMode writableEnded writableFinished ' +
  'writableLength writableHighWaterMark writableObjectMode iterator map filter forEach toArray reduce'
).split(' ');
const keys = [...names, Symbol.asyncIterator];
const states = ['_readableState', '_writableState'];

/**
 * Node's hashes, ciphers and signatures are streams too, which few scripts use, and streams take longer
 * to load than all of `node:crypto`: so an instance becomes one when it is first used as one.
 */
function lazyStream(kind: Kind): Constructor {
  let optionsOf: (stream: object) => object | undefined;
  class LazyStream {
    readonly #options: object | undefined;

    static {
      optionsOf = (stream) => (stream as LazyStream).#options;
    }

    constructor(options?: object) {
      this.#options = options;
    }
  }
  const { prototype } = LazyStream;
  let base: Constructor | undefined;

  function load(): Constructor {
    if (base !== undefined) return base;
    // The built-in itself: what is bundled stands for its default export.
    const Stream = require('../stream.ts') as (typeof import('../stream.ts'))['default'];
    base = Stream[kind] as unknown as Constructor;
    for (const key of keys) Reflect.deleteProperty(prototype, key);
    Object.setPrototypeOf(prototype, base.prototype as object);
    Object.setPrototypeOf(LazyStream, base);
    return base;
  }

  const define = (key: PropertyKey, prepare: (stream: object) => void): void => {
    Object.defineProperty(prototype, key, {
      configurable: true,
      get(this: object): unknown {
        if (this === prototype) return undefined;
        prepare(this);
        return Reflect.get(this, key);
      },
      set(this: object, value: unknown) {
        const own = { value, writable: true, configurable: true, enumerable: true };
        Object.defineProperty(this, key, own);
      },
    });
  };
  for (const key of keys) define(key, load);
  for (const key of states) {
    define(key, (stream) => {
      // A stream that only writes never gets the other state.
      Object.defineProperty(stream, key, { value: undefined, writable: true, configurable: true });
      Reflect.apply(load() as never, stream, [optionsOf(stream)]);
    });
  }
  return LazyStream;
}

export const LazyTransform = lazyStream('Transform');
export const LazyWritable = lazyStream('Writable');
