/** `buffer`: Node's own JavaScript, over conversions and searches of ours. */
import { type BufferEncoding, type Bytes, encode, encodingNamed } from './node/buffer-text.ts';
import { binding, encodingsMap } from './node/buffer-binding.ts';
import * as internals from './node/internals.ts';
import { filters, getOwnNonIndexProperties } from './node/properties.ts';

const below = {
  ...internals,
  ...binding,
  constants: filters,
  getOwnNonIndexProperties,
  privateSymbols: { untransferable_object_private_symbol: Symbol('untransferable') },
  // Node only warns of `Buffer()` in what is no package.
  isInsideNodeModules: (): boolean => true,
};

const modules = {
  'internal/options': { getOptionValue: (): boolean => false },
  'internal/util': {
    ...internals,
    customInspectSymbol: Symbol.for('nodejs.util.inspect.custom'),
    kIsEncodingSymbol: Symbol('kIsEncoding'),
    encodingsMap,
    deprecate: (fn: object): object => fn,
    defineLazyProperties(target: object, _module: string, names: readonly string[]): void {
      for (const name of names) {
        const get = (): unknown => Reflect.get(globalThis, name);
        Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
      }
    },
  },
  'internal/v8/startup_snapshot': { namespace: { isBuildingSnapshot: (): boolean => false } },
};

const exported = nodeBuffer({ internals: below, modules });
// Not named `Buffer` here: a second one in the bundle would take another name, which Node's shows.
const ctor = exported.Buffer;
const prototype = ctor.prototype as object;
const fromAny = ctor.from as unknown as (...values: unknown[]) => Buffer;

/** Of a text that is converted outside, the bytes themselves become the Buffer: they need no place in a pool. */
const longLength = 4_096;

function from(value: unknown, encoding: unknown, length: unknown): Buffer {
  if (typeof value === 'string' && value.length >= longLength) {
    const name = typeof encoding === 'string' ? encodingNamed(encoding || 'utf8') : 'utf8';
    if (name !== undefined) return Object.setPrototypeOf(encode(value, name), prototype) as Buffer;
  }
  return Reflect.apply(fromAny, ctor, [value, encoding, length]);
}
Object.assign(ctor, { from });

Reflect.deleteProperty(exported, 'resolveObjectURL');
export default Object.assign(exported, {
  atob,
  btoa,
  transcode: (source: Bytes, fromEncoding: BufferEncoding, to: BufferEncoding): Buffer =>
    ctor.from(ctor.from(source).toString(fromEncoding), to),
});
