/** multipart/form-data, as HTML encodes it and the Fetch standard parses it. */
import { joinBytes } from '../buffers.ts';
import { bytesLibrary, utf8Library } from '../lazy.ts';
import type { Files } from '../realm.ts';
import type { FormEntry } from './form-data.ts';

/** Encodes the entries of a form with a `boundary`. */
export function encodeMultipart(
  entries: readonly FormEntry[],
  boundary: string,
  files: Files,
): Uint8Array<ArrayBuffer> {
  const { utf8fromStringLoose: utf8 } = utf8Library();
  const parts: Uint8Array[] = [];
  for (const [name, value] of entries) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(lines(name))}"`;
    if (typeof value === 'string') {
      parts.push(utf8(`${head}\r\n\r\n${lines(value)}\r\n`));
      continue;
    }
    const type = value.type === '' ? 'application/octet-stream' : value.type;
    const file = `; filename="${escapeName(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`;
    parts.push(utf8(head + file), files.bytesOf(value), utf8('\r\n'));
  }
  parts.push(utf8(`--${boundary}--\r\n`));
  return joinBytes(parts);
}

/** Parses the entries of a body; throws a TypeError for an invalid one. */
export function parseMultipart(
  body: Uint8Array<ArrayBuffer>,
  boundary: string,
  { File }: Files,
): FormEntry[] {
  const { utf8toStringLoose } = utf8Library();
  const { isomorphicDecode, isomorphicEncode } = bytesLibrary();
  // One character per byte, so that the parts can be searched as text.
  const text = isomorphicDecode(body);
  const decode = (part: string): string =>
    utf8toStringLoose(isomorphicEncode(part)).replace(/^\ufeff/, '');
  const entries: FormEntry[] = [];
  const delimiter = `--${boundary}`;
  let at = text.startsWith('\r\n') ? 2 : 0;
  for (;;) {
    if (!text.startsWith(delimiter, at)) throw malformed();
    at += delimiter.length;
    const rest = text.slice(at);
    if (rest === '--' || rest === '--\r\n') return entries;
    if (!rest.startsWith('\r\n')) throw malformed();
    at += 2;
    const headEnd = text.startsWith('\r\n', at) ? at - 2 : text.indexOf('\r\n\r\n', at);
    if (headEnd < 0) throw malformed();
    const head = partHead(text.slice(at, Math.max(at, headEnd)));
    const start = headEnd + 4;
    const end = text.indexOf(`\r\n${delimiter}`, start);
    if (end < 0) throw malformed();
    const name = decode(head.name);
    if (head.filename === undefined) {
      entries.push([name, decode(text.slice(start, end))]);
    } else {
      const type = head.type ?? 'text/plain';
      entries.push([name, new File([body.slice(start, end)], decode(head.filename), { type })]);
    }
    at = end + 2;
  }
}

interface PartHead {
  readonly name: string;
  readonly filename: string | undefined;
  readonly type: string | undefined;
}

function partHead(text: string): PartHead {
  let disposition: Omit<PartHead, 'type'> | undefined;
  let type: string | undefined;
  for (const line of text.split('\r\n')) {
    const [, name = '', value = ''] = /^([^:\s]+):[\t ]*(.*?)[\t ]*$/s.exec(line) ?? [];
    if (name === '') throw malformed();
    if (/^content-type$/i.test(name)) type = value;
    if (/^content-disposition$/i.test(name)) disposition = partNames(value);
  }
  if (disposition === undefined) throw malformed();
  return { ...disposition, type };
}

function partNames(value: string): Omit<PartHead, 'type'> {
  const match = /^form-data; *name="([^"]*)"(?:; *filename="([^"]*)")?/i.exec(value);
  if (match === null) throw malformed();
  const unescape = (name: string): string =>
    name.replace(/%0a/gi, '\n').replace(/%0d/gi, '\r').replace(/%22/g, '"');
  const [, name = '', filename] = match;
  return {
    name: unescape(name),
    filename: filename === undefined ? undefined : unescape(filename),
  };
}

function malformed(): TypeError {
  return new TypeError('The body is no valid multipart/form-data');
}

function lines(text: string): string {
  return text.replace(/\r\n?|\n/g, '\r\n');
}

function escapeName(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}
