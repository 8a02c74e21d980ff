import { type JsonSchema, type Kind, Misfit } from './kind.ts';
import { isEntryPath, isFilePath, sourceEndings } from './paths.ts';
import { recordOf } from './structures.ts';

/** A file of a run: text, or bytes of any kind as base64 (RFC 4648, with padding). */
export type SourceFile = string | { readonly base64: string };

/** Files by path, relative, with `/` between segments. */
export type SourceFiles = Readonly<Record<string, SourceFile>>;

const says = 'a text, or an object { base64 }';

const fileSchema: JsonSchema = {
  anyOf: [
    { type: 'string' },
    {
      type: 'object',
      properties: { base64: { type: 'string', contentEncoding: 'base64' } },
      required: ['base64'],
      additionalProperties: false,
    },
  ],
};

/** Validates one file. Base64 is checked and not decoded. */
export const sourceFile: Kind<SourceFile> = {
  says,
  schema: fileSchema,
  parse: (text) => text,
  read(value) {
    if (typeof value === 'string') return value;
    if (typeof value !== 'object' || value === null) throw new Misfit(says, value);
    for (const key of Object.keys(value)) {
      if (key === 'base64') continue;
      const part = (value as Record<string, unknown>)[key];
      throw new Misfit(says, part, { path: [key], allowed: ['base64'], isUnknownKey: true });
    }
    const { base64 } = value as { base64?: unknown };
    const fault = faultOfBase64(base64);
    if (fault !== null) throw new Misfit(`base64: ${fault}`, base64, { path: ['base64'] });
    return { base64: base64 as string };
  },
};

function faultOfBase64(text: unknown): string | null {
  if (typeof text !== 'string') return 'a text of A-Z a-z 0-9 + / and padding';
  const end = text.search(/[^A-Za-z0-9+/]/);
  const rest = end === -1 ? '' : text.slice(end);
  if (rest !== '' && rest !== '=' && rest !== '==') {
    return `its character ${end + 1} is none of A-Z a-z 0-9 + /`;
  }
  if (text.length % 4 !== 0) return `its length is a multiple of 4, and this has ${text.length}`;
  return null;
}

/** The number of bytes that a valid base64 stands for. */
export function base64Bytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

const filePath: Kind<string> = {
  says: 'a path',
  schema: { type: 'string', maxLength: 512 },
  parse: (text) => text,
  read(value) {
    if (typeof value === 'string' && isFilePath(value)) return value;
    throw new Misfit('a relative path with "/" between its parts and without ".."', value);
  },
};

/** Validates the files of a script and what lies beside them. */
export const sourceFiles: Kind<SourceFiles> = recordOf(
  'an object of texts and { base64 } by path',
  sourceFile,
  filePath,
);

/** Files that are data, and folders of them, at the most. */
const mostData = 1_000;

/**
 * Why files cannot lie beside each other, as a whole sentence without its full stop; null when they
 * can. With the path that is at fault.
 */
export function faultOfFiles(paths: readonly string[]): { path: string; fault: string } | null {
  const files = new Set(paths);
  const folders = new Set<string>();
  let data = 0;
  for (const path of paths) {
    if (!isEntryPath(path)) data += 1;
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at);
      if (files.has(folder)) return { path, fault: 'lies in a folder that is a file as well' };
      if (!isEntryPath(path)) folders.add(folder);
    }
    if (data > mostData) return { path, fault: `is one of more than ${mostData} data files` };
    if (folders.size > mostData)
      return { path, fault: `lies in one of more than ${mostData} folders` };
  }
  return null;
}

/** Why `entry` cannot be where a script starts, as the end of a sentence; null when it can. */
export function faultOfEntry(files: SourceFiles, entry: string): string | null {
  if (!Object.hasOwn(files, entry)) return 'is not among the files';
  if (isEntryPath(entry)) return null;
  const scripts = sourceEndings.filter((ending) => ending !== '.json').join(' ');
  return `is data, and no script: those end in ${scripts}`;
}
