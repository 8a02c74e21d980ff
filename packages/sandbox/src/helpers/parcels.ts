import { caps } from '@castellan/protocol/frames';
import { exceededCap, mostNames, nodesFor, ParcelError, unpacked } from '@castellan/protocol/json';

/** A value of a script that cannot be taken; the message may be shown to the script. */
export class BadValue extends Error {
  override readonly name = 'BadValue';
}

/** Arrays of a parcel around its value. */
const around = 2;

/**
 * The value that a box sent, checked before it is parsed: JSON text, or the text of a parcel with the
 * bytes of its parts. Throws `BadValue`, which begins with `what`.
 */
export function fromText(
  text: string,
  parts: Uint8Array | null,
  what: string,
  functionOf: (id: number) => unknown = refuseFunction,
): unknown {
  const nodes = nodesFor(text.length);
  const depth = caps.jsonDepth + around;
  const exceeded = exceededCap(text, { depth, nodes });
  if (exceeded !== null) {
    const more = {
      depth: 'nested too deeply',
      nodes: `more than ${nodes} values and keys`,
      names: `more than ${mostNames} different keys; pass a list of pairs instead`,
    }[exceeded];
    throw new BadValue(`${what}: ${more}`);
  }
  const parsed: unknown = JSON.parse(text);
  if (parts === null) return parsed;
  try {
    return unpacked(parsed, parts, functionOf);
  } catch (error) {
    if (!(error instanceof ParcelError)) throw error;
    throw new BadValue(`${what}: ${error.message}`);
  }
}

function refuseFunction(): never {
  throw new ParcelError('there is a function in it');
}

/** The bytes of a view or a buffer; undefined for anything else. */
export function bytesOf(value: object): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
}
