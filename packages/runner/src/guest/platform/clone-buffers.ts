import {
  typedArrayBuffer,
  typedArrayByteOffset,
  typedArrayKind,
  typedArrayLength,
} from './brands.ts';
import { refuse } from './clone-node.ts';
import type { Node } from './clone-node.ts';
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
export function bufferNode(buffer: ArrayBuffer): Node {
  if (isDetached(buffer)) refuse('An ArrayBuffer is detached and could not be cloned.');
  const length = byteLengthOf(buffer);
  const copy = isResizable(buffer)
    ? new ArrayBuffer(length, { maxByteLength: maxByteLengthOf(buffer) })
    : new ArrayBuffer(length);
  setBytes(new Uint8Array(copy), new Uint8Array(buffer));
  return { made: copy };
}

/** A buffer that is transferred when its node is built. */
export function transferNode(buffer: ArrayBuffer, index: number): Node {
  if (isDetached(buffer)) refuse(`ArrayBuffer at index ${index} is already detached.`);
  return { make: () => transfer(buffer) };
}

/** A typed array or DataView over the clone of its buffer; its length is fixed. */
export function viewNode(
  view: ArrayBufferView,
  serialize: (buffer: ArrayBuffer) => Node,
  build: (node: Node) => unknown,
): Node {
  const kind = typedArrayKind(view);
  const buffer = serialize(kind === undefined ? viewBuffer(view) : typedArrayBuffer(view));
  if (kind === undefined) {
    const offset = viewByteOffset(view);
    const length = viewByteLength(view);
    return { make: () => new DataView(build(buffer) as ArrayBuffer, offset, length) };
  }
  const offset = typedArrayByteOffset(view);
  const length = typedArrayLength(view);
  return { make: () => construct(constructorOf(kind), [build(buffer), offset, length]) as object };
}

/** V8 adds its newest kinds when a context starts, after the snapshot: those are looked up late. */
function constructorOf(kind: string): ViewConstructor {
  const known = kinds[kind];
  if (known !== undefined) return known;
  const late = (globalThis as Record<string, unknown>)[kind];
  if (typeof late !== 'function') return refuse(`${kind} could not be cloned.`);
  return late as ViewConstructor;
}
