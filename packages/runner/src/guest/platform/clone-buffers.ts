import {
  typedArrayBuffer,
  typedArrayByteOffset,
  typedArrayKind,
  typedArrayLength,
} from './brands.ts';
import { built, Late, refuse } from './clone-late.ts';
import { construct, create, getterOf, uncurry } from './natives.ts';

const { ArrayBuffer, DataView, Uint8Array } = globalThis;

const byteLengthOf = getterOf<number>(ArrayBuffer.prototype, 'byteLength');
const maxByteLengthOf = getterOf<number>(ArrayBuffer.prototype, 'maxByteLength');
const isResizable = getterOf<boolean>(ArrayBuffer.prototype, 'resizable');
const isDetached = getterOf<boolean>(ArrayBuffer.prototype, 'detached');
const transfer = uncurry(ArrayBuffer.prototype.transfer);
const setBytes = uncurry(Uint8Array.prototype.set);
const viewBuffer = getterOf<ArrayBuffer>(DataView.prototype, 'buffer');
const viewByteOffset = getterOf<number>(DataView.prototype, 'byteOffset');
const viewByteLength = getterOf<number>(DataView.prototype, 'byteLength');

type ViewConstructor = new (buffer: ArrayBuffer, byteOffset: number, length: number) => object;

const kinds = create(null) as Record<string, ViewConstructor>;
for (const kind of [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
]) {
  kinds[kind.name] = kind;
}

/** A copy of a buffer's bytes, resizable when the original is. */
export function bufferCopy(buffer: ArrayBuffer): ArrayBuffer {
  if (isDetached(buffer)) refuse('An ArrayBuffer is detached and could not be cloned.');
  const length = byteLengthOf(buffer);
  const copy = isResizable(buffer)
    ? new ArrayBuffer(length, { maxByteLength: maxByteLengthOf(buffer) })
    : new ArrayBuffer(length);
  setBytes(new Uint8Array(copy), new Uint8Array(buffer));
  return copy;
}

/** Transfers a buffer, when it is called. */
export function transferOf(buffer: ArrayBuffer, index: number): () => ArrayBuffer {
  if (isDetached(buffer)) refuse(`ArrayBuffer at index ${index} is already detached.`);
  return () => transfer(buffer);
}

/** A typed array or DataView over the clone of its buffer; its length is fixed. */
export function viewOn(view: ArrayBufferView, copy: (buffer: ArrayBuffer) => unknown): unknown {
  const kind = typedArrayKind(view);
  const isTyped = kind !== undefined;
  const buffer = copy(isTyped ? typedArrayBuffer(view) : viewBuffer(view));
  const offset = isTyped ? typedArrayByteOffset(view) : viewByteOffset(view);
  const length = isTyped ? typedArrayLength(view) : viewByteLength(view);
  const ctor = isTyped ? constructorOf(kind) : DataView;
  const make = (): object => construct(ctor, [built(buffer), offset, length]) as object;
  return buffer instanceof Late ? new Late(make) : make();
}

/** V8 adds its newest kinds when a context starts, after the snapshot: those are looked up late. */
function constructorOf(kind: string): ViewConstructor {
  const known = kinds[kind];
  if (known !== undefined) return known;
  const late = (globalThis as Record<string, unknown>)[kind];
  if (typeof late !== 'function') return refuse(`${kind} could not be cloned.`);
  return late as ViewConstructor;
}
