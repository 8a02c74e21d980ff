import type { Client, ShareRequest } from '@castellan/sdk';
import { faultOf, optionsOf, readWriting, type Writing } from './draft.ts';
import { filesOf } from './input.ts';

const form = /^#share=(shr_[\w-]{22})$/;

/** A link to a script that the service keeps, for those that no address has room for. */
export interface StoredLink {
  readonly href: string;
  /** When the service removes the script. */
  readonly until: Date;
}

/** Stores a writing without its environment, and links to it. Rejects with why not. */
export async function storedLink(page: URL, client: Client, writing: Writing): Promise<StoredLink> {
  const fault = faultOf({ ...writing, env: '' });
  if (fault !== null) throw new TypeError(`the parameters are no JSON: ${fault}`);
  const { id, expiresAt } = await client.shares.create(shareOf(writing));
  const link = new URL('.', page);
  link.hash = `#share=${id}`;
  return { href: link.href, until: new Date(expiresAt) };
}

/** The id of a stored script, of the fragment of an address; null for any other. */
export function shareIdIn(fragment: string): string | null {
  return form.exec(fragment)?.[1] ?? null;
}

/** What is stored: as the run would be asked for, with the names of all files. */
export function shareOf(writing: Writing): ShareRequest {
  const { files, data } = writing;
  const texts = Object.fromEntries(files.map(({ name, text }) => [name, text]));
  const source = { files: { ...filesOf(data), ...texts }, entry: files[0]?.name ?? '' };
  return { ...source, ...optionsOf({ ...writing, env: '' }) };
}

/** The writing of what somebody has stored, by this page or otherwise; null if nothing of it can be shown. */
export function writingOfShare(request: ShareRequest): Partial<Writing> | null {
  const { params = {}, browser, ...rest } = request;
  const source = 'code' in request ? { 'script.ts': request.code } : request.files;
  const entry = 'code' in request ? 'script.ts' : request.entry;
  const named = Object.entries(source);
  const files = named
    .flatMap(([name, text]) => (typeof text === 'string' ? [{ name, text }] : []))
    .toSorted((a, b) => Number(b.name === entry) - Number(a.name === entry));
  const data = named.flatMap(([name, bytes]) =>
    typeof bytes === 'string' ? [] : [{ name, base64: bytes.base64 }],
  );
  const written = JSON.stringify(params, null, 2);
  return readWriting(
    JSON.stringify({ ...rest, files, data, params: written, browser: browser !== false }),
  );
}
