/** One entry of an archive. All of them belong to root, and are of the same time. */
export interface TarEntry {
  /** A path without a slash at either end. */
  readonly path: string;
  readonly mode: number;
  readonly kind: 'file' | 'folder' | 'link';
  /** Of a file. */
  readonly bytes: number;
  /** Of a link: what it leads to. */
  readonly target: string;
}

const blockBytes = 512;

const flags = { file: '0', folder: '5', link: '2', extended: 'x' } as const;

/**
 * The head of an entry, as POSIX has it ("ustar"; names that do not fit go into an extended header before
 * it). Equal entries have equal heads: an archive depends on nothing but its content, so that its hash
 * can be computed by whoever has the same files.
 */
export function tarHead({ path, mode, kind, bytes, target }: TarEntry): Buffer {
  const length = kind === 'file' ? bytes : 0;
  const own = head({ path, mode, flag: flags[kind], length, target });
  const records = [
    ...(Buffer.byteLength(path) > 100 ? [record('path', path)] : []),
    ...(Buffer.byteLength(target) > 100 ? [record('linkpath', target)] : []),
  ];
  if (records.length === 0) return own;
  const text = Buffer.from(records.join(''));
  const extended = { path: 'long', mode: 0o644, flag: flags.extended, target: '' };
  return Buffer.concat([
    head({ ...extended, length: text.length }),
    text,
    tarFill(text.length),
    own,
  ]);
}

/** What follows content of that length, up to the next block. */
export function tarFill(length: number): Buffer {
  return Buffer.alloc((blockBytes - (length % blockBytes)) % blockBytes);
}

/** The end of an archive. */
export const tarEnd = Buffer.alloc(2 * blockBytes);

interface Head {
  readonly path: string;
  readonly mode: number;
  readonly flag: string;
  readonly length: number;
  readonly target: string;
}

function head({ path, mode, flag, length, target }: Head): Buffer {
  const block = Buffer.alloc(blockBytes);
  const text = (value: string, at: number, most: number): void =>
    void Buffer.from(value).copy(block, at, 0, most);
  const octal = (value: number, at: number, digits: number): void =>
    text(`${value.toString(8).padStart(digits, '0')}\0`, at, digits + 1);
  text(path, 0, 100);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(length, 124, 11);
  octal(0, 136, 11);
  text(' '.repeat(8), 148, 8);
  text(flag, 156, 1);
  text(target, 157, 100);
  text('ustar\x0000', 257, 8);
  let sum = 0;
  for (const each of block) sum += each;
  text(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8);
  return block;
}

/** Its length counts its own digits. */
function record(name: string, value: string): string {
  const rest = ` ${name}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${rest}`;
}
