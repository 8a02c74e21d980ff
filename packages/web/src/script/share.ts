import { readWriting, type Writing } from './draft.ts';

/** Longer addresses are cut by chat programs and refused by servers. */
export const longestLink = 8_000;
const prefix = '#script=';
/** A short link could unpack to anything. */
const largestWriting = 2 ** 20;

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
