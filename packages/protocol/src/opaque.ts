import { uncurry } from './uncurry.ts';

/**
 * Objects that JSON.stringify would turn into `{}`, or into less than they are: what they are, and what
 * a script writes in their place. The natives are captured before any script runs, which may replace
 * them and whatever is found through an object.
 */

/** By class string, with what to write instead; an empty text where there is nothing. */
const rows: Readonly<Record<string, string>> = {
  __proto__: null as never,
  Map: '[...map] or Object.fromEntries(map)',
  Set: '[...set]',
  WeakMap: '',
  WeakSet: '',
  WeakRef: 'ref.deref()',
  FinalizationRegistry: '',
  Promise: 'await promise',
  RegExp: 'String(regexp)',
  Error: 'error.message, or { name: error.name, message: error.message }',
  DOMException: 'error.message, or { name: error.name, message: error.message }',
  ArrayBuffer: '[...new Uint8Array(buffer)], or keep it by artifacts.write(name, buffer)',
  SharedArrayBuffer: '[...new Uint8Array(buffer)]',
  DataView: '[...new Uint8Array(view.buffer)]',
  Generator: '[...generator]',
  AsyncGenerator: 'await Array.fromAsync(generator)',
  'Iterator Helper': '[...iterator] or iterator.toArray()',
  Iterator: '[...iterator]',
  Headers: 'Object.fromEntries(headers)',
  URLSearchParams: 'Object.fromEntries(search) or String(search)',
  FormData: 'Object.fromEntries(form)',
  Response: 'await response.json() or await response.text()',
  Request: 'request.url',
  Blob: 'await blob.text()',
  File: 'await file.text()',
  ReadableStream: 'await new Response(stream).text()',
  WritableStream: '',
  TransformStream: '',
  CompressionStream: '',
  DecompressionStream: '',
  TextDecoderStream: '',
  TextEncoderStream: '',
  ReadableStreamDefaultReader: '',
  ReadableStreamBYOBReader: '',
  WritableStreamDefaultWriter: '',
  CountQueuingStrategy: '',
  ByteLengthQueuingStrategy: '',
  AbortController: 'controller.signal.aborted',
  AbortSignal: 'signal.aborted',
  TimeoutSignal: 'signal.aborted',
  Event: 'event.type',
  CustomEvent: 'event.detail',
  ErrorEvent: 'event.message',
  MessageEvent: 'event.data',
  CloseEvent: 'event.code',
  ProgressEvent: 'event.loaded',
  EventTarget: '',
  MessageChannel: '',
  MessagePort: '',
  BroadcastChannel: '',
  FileReader: 'reader.result',
  WebSocket: '',
  EventSource: '',
  Worker: '',
  Crypto: '',
  SubtleCrypto: '',
  CryptoKey: "await crypto.subtle.exportKey('jwk', key)",
  CryptoKeyPair: "await crypto.subtle.exportKey('jwk', pair.publicKey)",
  KeyObject: "key.export({ format: 'jwk' })",
  TextEncoder: '',
  TextDecoder: '',
  URLPattern: 'pattern.pathname',
  PerformanceObserver: '',
  PerformanceObserverEntryList: 'list.getEntries()',
  Navigator: '',
  Storage: '{ ...storage }',
  DisposableStack: '',
  AsyncDisposableStack: '',
  'Intl.Locale': 'String(locale)',
};

/** Classes of Node's whose objects have no class string of their own. */
const untagged = {
  BroadcastChannel: '',
  MessageChannel: '',
  Navigator: '',
  TextDecoderStream: '',
  TextEncoderStream: '',
  URLPattern: 'pattern.pathname',
} as const;
const untaggedNames = Object.keys(untagged) as readonly (keyof typeof untagged)[];

/** What an object is that JSON cannot carry, and what to write instead; an empty text for nothing. */
export interface Opaque {
  readonly what: string;
  readonly instead: string;
}

const classString = uncurry(Object.prototype.toString);
const slice = uncurry(String.prototype.slice) as (
  text: string,
  from: number,
  to?: number,
) => string;
const isPrototypeOf = uncurry(Object.prototype.isPrototypeOf) as (
  prototype: object,
  value: object,
) => boolean;
const { getPrototypeOf, getOwnPropertyDescriptor } = Reflect;
const { keys } = Object;
const { isView } = ArrayBuffer;
const toStringTag: typeof Symbol.toStringTag = Symbol.toStringTag;
const iterator: typeof Symbol.iterator = Symbol.iterator;
const asyncIterator: typeof Symbol.asyncIterator = Symbol.asyncIterator;
const plain = Object.prototype;
const arrayOfBytes = getPrototypeOf(Uint8Array.prototype) as object;
const kindOfArray = uncurry(getOwnPropertyDescriptor(arrayOfBytes, toStringTag)!.get!) as (
  view: object,
) => string | undefined;

/** For objects whose class string a script has changed. */
const natives = [
  { prototype: Map.prototype, kind: 'Map' },
  { prototype: Set.prototype, kind: 'Set' },
  { prototype: WeakMap.prototype, kind: 'WeakMap' },
  { prototype: WeakSet.prototype, kind: 'WeakSet' },
  { prototype: WeakRef.prototype, kind: 'WeakRef' },
  { prototype: Promise.prototype, kind: 'Promise' },
  { prototype: RegExp.prototype, kind: 'RegExp' },
  { prototype: Error.prototype, kind: 'Error' },
  { prototype: ArrayBuffer.prototype, kind: 'ArrayBuffer' },
] as const;

/**
 * What an object is that JSON cannot carry; undefined for one whose own properties are all that it is.
 * The object's own `toJSON` goes before this. Throws what a proxy or a getter of the object's throws.
 */
export function opaqueKind(value: object): Opaque | undefined {
  if (isView(value)) {
    const kind = kindOfArray(value);
    return kind === undefined ? named('DataView', rows['DataView']!) : named(kind, ofArrays);
  }
  const prototype = getPrototypeOf(value);
  if (prototype === plain || prototype === null) return undefined;
  const name = slice(classString(value), 8, -1);
  for (let index = 0; index < natives.length; index++) {
    const { prototype: native, kind } = natives[index]!;
    if (isPrototypeOf(native, value)) return named(kind, rows[kind]!);
  }
  // A tag that the object has itself is the script's own.
  if (getOwnPropertyDescriptor(value, toStringTag) !== undefined) return undefined;
  const instead = rows[name] ?? insteadOfFamily(name);
  return instead === undefined ? (byGlobal(value) ?? iterable(value)) : named(name, instead);
}

const ofArrays = 'Array.from(array), or keep it by artifacts.write(name, array)';

function named(name: string, instead: string): Opaque {
  const initial = name[0];
  const isVowel = initial === 'A' || initial === 'E' || initial === 'I' || initial === 'O';
  return { what: `${isVowel ? 'an' : 'a'} ${name}`, instead };
}

/** Class strings of which there is no end. */
function insteadOfFamily(name: string): string | undefined {
  if (slice(name, -9) === ' Iterator') return '[...iterator]';
  return slice(name, 0, 5) === 'Intl.' || slice(name, 0, 12) === 'WebAssembly.' ? '' : undefined;
}

/** By a class on the global scope, if it has been used: reading an unused one would load it. */
function byGlobal(value: object): Opaque | undefined {
  for (let index = 0; index < untaggedNames.length; index++) {
    const name = untaggedNames[index]!;
    const ctor: unknown = getOwnPropertyDescriptor(globalThis, name)?.value;
    if (typeof ctor !== 'function') continue;
    const { prototype } = ctor as { prototype?: unknown };
    if (typeof prototype === 'object' && prototype !== null && isPrototypeOf(prototype, value))
      return named(name, untagged[name]);
  }
  return undefined;
}

/** Of an object that has nothing but an iterator, nothing would be left. */
function iterable(value: object): Opaque | undefined {
  if (keys(value).length > 0) return undefined;
  const { [iterator]: each, [asyncIterator]: eachLater } = value as Partial<
    Iterable<unknown> & AsyncIterable<unknown>
  >;
  if (typeof each === 'function') return { what: 'an iterable', instead: '[...iterable]' };
  if (typeof eachLater !== 'function') return undefined;
  return { what: 'an asynchronous iterable', instead: 'await Array.fromAsync(iterable)' };
}
