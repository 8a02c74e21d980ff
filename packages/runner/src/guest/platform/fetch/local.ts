/** URLs that are answered without a network: `data:` and `blob:`. */
import { MIMEType as MimeType } from 'whatwg-mimetype';
import { bytesLibrary } from '../lazy.ts';
import { bytesSlice } from '../natives.ts';
import type { Realm } from '../realm.ts';
import { Body } from './body.ts';
import { HeaderList } from './headers.ts';
import type { ResponseState } from './response.ts';
import type { RequestState } from './request.ts';

/** The answer to a request for a `data:` or `blob:` URL; undefined when there is none. */
export function answerLocally(realm: Realm, request: RequestState): ResponseState | undefined {
  const { href, protocol } = request.url;
  if (protocol === 'data:') return dataAnswer(realm, request, href);
  const blob = request.method === 'GET' ? request.blob : undefined;
  if (blob === undefined) return undefined;
  return blobAnswer(realm, request, blob);
}

function dataAnswer(realm: Realm, request: RequestState, href: string): ResponseState | undefined {
  const parts = /^data:([^,#]*),([^#]*)/s.exec(href);
  if (parts === null) return undefined;
  const [, head = '', data = ''] = parts;
  let bytes = percentDecode(data);
  let type = head.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '');
  const base64 = /; *base64$/i;
  if (base64.test(type)) {
    type = type.replace(base64, '');
    try {
      bytes = forgivingBase64(bytesLibrary().isomorphicDecode(bytes));
    } catch {
      return undefined;
    }
  }
  if (type.startsWith(';')) type = `text/plain${type}`;
  const mime = MimeType.parse(type)?.toString() ?? 'text/plain;charset=US-ASCII';
  return {
    ...found(href),
    list: HeaderList.of([['Content-Type', mime]]),
    body: request.method === 'HEAD' ? new Body(realm, new Uint8Array()) : new Body(realm, bytes),
  };
}

function blobAnswer(realm: Realm, request: RequestState, blob: Blob): ResponseState | undefined {
  const bytes = realm.files().bytesOf(blob);
  const type = HeaderList.of([['Content-Type', blob.type]]);
  const range = request.list.get('range');
  if (range === null) {
    type.append('Content-Length', `${bytes.length}`);
    return { ...found(request.url.href), list: type, body: new Body(realm, bytes) };
  }
  const [, first = '', last = ''] = /^bytes=[\t ]*(\d*)[\t ]*-[\t ]*(\d*)$/i.exec(range) ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, bytes.length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes.length : Math.min(Number(last) + 1, bytes.length);
  if (start >= bytes.length || start >= end) return undefined;
  type.append('Content-Length', `${end - start}`);
  type.append('Content-Range', `bytes ${start}-${end - 1}/${bytes.length}`);
  return {
    ...found(request.url.href),
    status: 206,
    statusText: 'Partial Content',
    list: type,
    body: new Body(realm, bytes.subarray(start, end)),
  };
}

function found(url: string) {
  return { type: 'basic', url, redirected: false, status: 200, statusText: 'OK' } as const;
}

function percentDecode(text: string): Uint8Array<ArrayBuffer> {
  const plain = text.replace(/%([0-9a-f]{2})/gi, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytesSlice(bytesLibrary().isomorphicEncode(plain));
}

/** The web's forgiving base64; throws for an invalid text. */
function forgivingBase64(given: string): Uint8Array<ArrayBuffer> {
  let text = given.replace(/[\t\n\f\r ]+/g, '');
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, '');
  const rest = text.length % 4;
  if (rest === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new TypeError('no base64');
  const missing = rest === 0 ? 0 : 4 - rest;
  const bytes = bytesLibrary().fromBase64(text + 'A'.repeat(missing));
  return bytesSlice(bytes, 0, bytes.length - missing);
}
