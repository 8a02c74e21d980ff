import { CastellanError } from '@castellan/sdk';
import type { Session } from '../session/session.ts';
import { readWriting, type Writing } from './draft.ts';
import { storedLink } from './stored.ts';

/** Longer addresses are cut by chat programs and refused by servers. */
export const longestLink = 8_000;
const prefix = '#script=';
/** A short link could unpack to anything. */
const largestWriting = 2 ** 20;

/** A link to a writing, and what is said of it. */
interface Link {
  readonly href: string;
  readonly told: string;
}

/** A link that holds the writing, or leads to where the service keeps it. Rejects with what is wrong. */
export async function linkOf({ client }: Session, writing: Writing): Promise<Link> {
  const page = new URL(location.href);
  const without = writing.env.trim() === '' ? '' : ', without the environment';
  const short = await linkTo(page, writing);
  if (short !== null) return { href: short, told: `Link copied${without}.` };
  try {
    const { href, until } = await storedLink(page, client, writing);
    const day = until.toLocaleDateString('en', { dateStyle: 'medium' });
    return { href, told: `Link copied${without}. It is stored for your tenant until ${day}.` };
  } catch (error) {
    const isOff = error instanceof CastellanError && error.status === 404;
    const why = isOff ? 'this service stores none' : (error as Error).message.replace(/\.$/, '');
    throw new Error(`Too long for a link, and ${why}: copy it as a command.`, { cause: error });
  }
}

/**
 * The writing in the fragment of an address, which browsers send to no server; null if it is too large. The
 * environment is left out: its values are secrets more often than not, and links are passed on.
 */
export async function linkTo(page: URL, writing: Writing): Promise<string | null> {
  const packed = new Blob([JSON.stringify({ ...writing, env: undefined })])
    .stream()
    .pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const link = new URL('.', page);
  link.hash = prefix + toBase64(bytes);
  return link.href.length > longestLink ? null : link.href;
}

/** What a fragment holds; null if that is nothing of ours. Whoever made it is not trusted. */
export async function readLink(fragment: string): Promise<Partial<Writing> | null> {
  if (!fragment.startsWith(prefix) || fragment.length > longestLink) return null;
  try {
    const unpacked = new Blob([fromBase64(fragment.slice(prefix.length))])
      .stream()
      .pipeThrough(new DecompressionStream('deflate-raw'))
      .getReader();
    let json = '';
    const decoder = new TextDecoder();
    for (let part = await unpacked.read(); !part.done; part = await unpacked.read()) {
      json += decoder.decode(part.value, { stream: true });
      if (json.length > largestWriting) return null;
    }
    return readWriting(json);
  } catch {
    return null;
  }
}

function toBase64(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}
