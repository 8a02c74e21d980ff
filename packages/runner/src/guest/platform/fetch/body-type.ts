/** What a body's `Content-Type` says about it. */
import { MIMEType as MimeType } from 'whatwg-mimetype';
import { utf8Library } from '../lazy.ts';
import type { Realm } from '../realm.ts';
import type { FormEntry } from './form-data.ts';
import { parseMultipart } from './multipart.ts';

/** The standard's "extract a MIME type": the last valid one of a list separated by commas. */
export function lastMimeType(header: string): MimeType | null {
  let found: MimeType | null = null;
  let charset: string | undefined;
  for (const part of header.match(/(?:[^,"]|"(?:\\.|[^"\\])*"?)+/gs) ?? []) {
    const type = MimeType.parse(part);
    if (type === null || type.essence === '*/*') continue;
    if (found?.essence !== type.essence) charset = undefined;
    found = type;
    const own = type.parameters.get('charset');
    if (own !== undefined) charset = own;
    else if (charset !== undefined) type.parameters.set('charset', charset);
  }
  return found;
}

/** The entries of a body that is a form; throws a TypeError for any other body. */
export function formEntries(
  realm: Realm,
  type: MimeType | null,
  bytes: Uint8Array<ArrayBuffer>,
): FormEntry[] {
  if (type?.essence === 'multipart/form-data') {
    const boundary = type.parameters.get('boundary');
    if (boundary === undefined) throw new TypeError('The type of the body names no boundary');
    return parseMultipart(bytes, boundary, realm.files());
  }
  if (type?.essence === 'application/x-www-form-urlencoded') {
    const { URLSearchParams } = realm.url();
    return [...new URLSearchParams(utf8Library().utf8toStringLoose(bytes))];
  }
  throw new TypeError('The type of the body is none that a form has');
}
