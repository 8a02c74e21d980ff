/** The platform's libraries: most as in an isolate, and those that every browser has itself. */
import * as base64 from '@exodus/bytes/base64.js';
import type { LibraryFactory } from '../../guest/platform/lazy.ts';
import type { LibraryName } from '../../guest/platform/library-names.ts';
import { DecoderOf, EncoderOf, UrlOf, UrlSearchParamsOf } from './natives.ts';

/** The texts of the others, as functions; the build puts them around the worker's program. */
declare const castellanLibraries: Readonly<Record<string, LibraryFactory>>;

/** The URL and Encoding standards are half of all libraries, and the browser's follow the same texts. */
const browsers: Partial<Record<LibraryName, LibraryFactory>> = {
  url: () => ({
    URL: { install: (scope: object) => Object.assign(scope, { URL: UrlOf }) },
    URLSearchParams: {
      install: (scope: object) => Object.assign(scope, { URLSearchParams: UrlSearchParamsOf }),
    },
  }),
  bytes: () => ({
    ...base64,
    TextDecoder: DecoderOf,
    TextEncoder: EncoderOf,
    isomorphicDecode,
    isomorphicEncode,
  }),
};

export function libraryOf(name: LibraryName): LibraryFactory {
  const found = browsers[name] ?? castellanLibraries[name];
  if (found === undefined) throw new Error(`There is no library ${name}`);
  return found;
}

function isomorphicDecode(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

function isomorphicEncode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0xff) throw new TypeError('The text holds more than bytes');
    bytes[at] = unit;
  }
  return bytes;
}
