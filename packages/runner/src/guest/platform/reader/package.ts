import { bytesLibrary } from '../lazy.ts';
import { bytesSlice } from '../natives.ts';

/** Packages the bytes of a blob as a reader's result. */
export type Package = (bytes: Uint8Array<ArrayBuffer>, type: string) => string | ArrayBuffer;

export const asArrayBuffer: Package = (bytes) => bytesSlice(bytes).buffer;

export const asBinaryString: Package = (bytes) => bytesLibrary().isomorphicDecode(bytes);

export const asDataUrl: Package = (bytes, type) =>
  `data:${type === '' ? 'application/octet-stream' : type};base64,${bytesLibrary().toBase64(bytes)}`;

/** Decodes text by the label, else by the blob's type, else as UTF-8; a byte-order mark wins. */
export function asText(label: string | undefined): Package {
  return (bytes, type) => {
    const [, , charset] = /;\s*charset=("?)([^";\s]+)\1/i.exec(type) ?? [];
    const decoder = decoderOf(label) ?? decoderOf(charset) ?? decoderOf('utf-8')!;
    return (markedDecoder(bytes) ?? decoder).decode(bytes);
  };
}

type Decoder = InstanceType<ReturnType<typeof bytesLibrary>['TextDecoder']>;

function decoderOf(label: string | undefined): Decoder | undefined {
  if (label === undefined) return undefined;
  try {
    return new (bytesLibrary().TextDecoder)(label);
  } catch {
    return undefined;
  }
}

function markedDecoder([a, b, c]: Uint8Array): Decoder | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return decoderOf('utf-8');
  if (a === 0xfe && b === 0xff) return decoderOf('utf-16be');
  return a === 0xff && b === 0xfe ? decoderOf('utf-16le') : undefined;
}
