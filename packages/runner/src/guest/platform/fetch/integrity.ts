import { bytesLibrary } from '../lazy.ts';
import type { Realm } from '../realm.ts';

/** The hashes of Subresource Integrity, from the weakest to the strongest. */
const hashes = ['sha256', 'sha384', 'sha512'] as const;

/** What bytes must hash to: any of these base64 texts. */
export interface Wanted {
  readonly hash: string;
  readonly digests: readonly string[];
}

/**
 * What an `integrity` asks for: its strongest hash counts, and what names none is left out, as the
 * standard says. Null when nothing is left.
 */
export function wantedBy(integrity: string): Wanted | null {
  const known = integrity.split(/[\t\n\f\r ]+/).flatMap((token) => {
    const [, name = '', digest = ''] = /^([^-?]*)-?([^?]*)/.exec(token) ?? [];
    const rank = (hashes as readonly string[]).indexOf(name.toLowerCase());
    return rank === -1 ? [] : [{ rank, digest }];
  });
  const strongest = Math.max(...known.map(({ rank }) => rank));
  const hash = hashes[strongest];
  if (hash === undefined) return null;
  const digests = known.filter(({ rank }) => rank === strongest).map(({ digest }) => digest);
  return { hash: hash.replace('sha', 'SHA-'), digests };
}

/** Whether the bytes hash to one of the wanted digests. */
export async function isWanted(
  realm: Realm,
  bytes: Uint8Array<ArrayBuffer>,
  { hash, digests }: Wanted,
): Promise<boolean> {
  const digest = await realm.digest(hash, bytes);
  const found = bareBase64(bytesLibrary().toBase64(digest));
  return digests.some((wanted) => bareBase64(wanted) === found);
}

/** Both alphabets are taken, with padding or without. */
function bareBase64(text: string): string {
  return text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '');
}
