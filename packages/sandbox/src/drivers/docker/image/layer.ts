import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Enclosure, Mount } from '../../../boxes/enclosure.ts';
import { type TarEntry, tarEnd, tarFill, tarHead } from './tar.ts';

/** A file, folder or link of a layer, and where its content comes from. */
interface Piece extends TarEntry {
  readonly from: { readonly file: string } | { readonly text: string } | null;
}

/** One layer of an image, as an archive that can be read more than once. */
export interface Layer {
  readonly bytes: number;
  /** The hash of the archive, as `sha256:…`. */
  readonly digest: string;
  read(): AsyncIterable<Uint8Array>;
}

/**
 * What an enclosure is made of, a layer for each mount, so that what two images have in common is stored
 * once; and one with its texts and links.
 */
export async function layersOf({ mounts, memory }: Enclosure): Promise<readonly Layer[]> {
  const texts = Object.entries(memory?.texts ?? {}).flatMap(([folder, named]) =>
    Object.entries(named).map(([name, text]) => textAt(join(folder, name), text)),
  );
  const links = Object.entries(memory?.links ?? {}).map(([path, target]) => linkAt(path, target));
  const rest = [...texts, ...links];
  const all = [...mounts.map(piecesOf), ...(rest.length === 0 ? [] : [rest])];
  const layers: Layer[] = [];
  for (const pieces of all) layers.push(await layer([...foldersAbove(pieces), ...pieces]));
  return layers;
}

function piecesOf({ from, to }: Mount): Piece[] {
  const found = statSync(from);
  const path = to.slice(1);
  if (!found.isDirectory()) return [fileAt(path, from, found.size, found.mode)];
  return [folderAt(path), ...contentOf(from, path)];
}

function contentOf(from: string, to: string): Piece[] {
  const entries = readdirSync(from, { withFileTypes: true });
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): Piece[] => {
      const [file, path] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) return [folderAt(path), ...contentOf(file, path)];
      if (entry.isSymbolicLink()) return [linkAt(path, readlinkSync(file))];
      if (!entry.isFile()) return [];
      const { size, mode } = statSync(file);
      return [fileAt(path, file, size, mode)];
    });
}

const none = { bytes: 0, target: '', from: null } as const;

const folderAt = (path: string): Piece => ({ ...none, path, kind: 'folder', mode: 0o555 });

const linkAt = (path: string, target: string): Piece => ({
  ...none,
  path: path.replace(/^\//, ''),
  kind: 'link',
  mode: 0o777,
  target,
});

/** Nobody may write to it, whatever its mode on this machine is. */
const fileAt = (path: string, file: string, bytes: number, mode: number): Piece => ({
  ...none,
  path,
  kind: 'file',
  mode: (mode & 0o111) === 0 ? 0o444 : 0o555,
  bytes,
  from: { file },
});

const textAt = (path: string, text: string): Piece => ({
  ...none,
  path: path.slice(1),
  kind: 'file',
  mode: 0o444,
  bytes: Buffer.byteLength(text),
  from: { text },
});

function foldersAbove(pieces: readonly Piece[]): Piece[] {
  const given = new Set(pieces.map(({ path }) => path));
  const above = new Set<string>();
  for (const { path } of pieces) {
    for (let each = dirname(path); each !== '.'; each = dirname(each)) above.add(each);
  }
  return [...above.difference(given)].toSorted().map(folderAt);
}

async function layer(pieces: readonly Piece[]): Promise<Layer> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of archive(pieces)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, digest: `sha256:${hash.digest('hex')}`, read: () => archive(pieces) };
}

/** Files up to this size are read at once, and go out together. */
const smallBytes = 2 ** 20;

async function* archive(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  let batch: Buffer[] = [];
  let length = 0;
  const add = (...buffers: readonly Buffer[]): void => {
    for (const each of buffers) length += each.length;
    batch.push(...buffers);
  };
  const flush = (): Buffer => {
    const all = Buffer.concat(batch, length);
    [batch, length] = [[], 0];
    return all;
  };
  for (const { from, ...entry } of pieces) {
    add(tarHead(entry));
    if (from !== null && 'file' in from && entry.bytes > smallBytes) {
      yield flush();
      yield* contentOfLarge(from.file, entry);
    } else if (from !== null) {
      const content = 'text' in from ? Buffer.from(from.text) : readFileSync(from.file);
      checkLength(content.length, entry);
      add(content);
    }
    add(tarFill(entry.bytes));
    if (length > smallBytes) yield flush();
  }
  add(tarEnd);
  yield flush();
}

async function* contentOfLarge(file: string, entry: TarEntry): AsyncGenerator<Buffer> {
  let length = 0;
  const chunks = createReadStream(file, { highWaterMark: smallBytes }) as AsyncIterable<Buffer>;
  for await (const chunk of chunks) {
    length += chunk.length;
    yield chunk;
  }
  checkLength(length, entry);
}

/** Its head has said already how long it is. */
function checkLength(length: number, { path, bytes }: TarEntry): void {
  if (length !== bytes) throw new Error(`${path} changed while it was read`);
}
