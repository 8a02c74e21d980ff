import { contentTypeOf } from '../../entry/content-types.ts';
import type { BrowsingHost } from '../../entry/browser/browsing-host.ts';

type Chunk = Uint8Array | string;

/** The file functions of Puppeteer's environment: written files become artifacts. */
export function createFiles({ write, read }: Pick<BrowsingHost, 'write' | 'read'>): object {
  const keep = (path: string, content: Chunk): Promise<unknown> =>
    write(path, content, contentTypeOf(path));

  return {
    followSymlinks: false,
    writeFile: keep,
    mkdir: async () => undefined,
    async readFile(path: string) {
      const text = read(path);
      if (text === null) throw new Error(noFile(path));
      return text;
    },
    async openFileForWriting(path: string) {
      const chunks: Chunk[] = [];
      return {
        writeFile: async (chunk: Chunk) => void chunks.push(chunk),
        close: () => keep(path, joined(chunks)),
      };
    },
    /** The part of Node's write stream that Puppeteer uses. */
    createWriteStream(path: string) {
      const chunks: Chunk[] = [];
      const listeners: Record<string, (value?: unknown) => void> = {};
      return {
        on: (name: string, listener: (value?: unknown) => void) => (listeners[name] = listener),
        write: (chunk: Chunk) => chunks.push(chunk),
        end: () =>
          void keep(path, joined(chunks)).then(
            () => listeners['finish']?.(),
            (error: unknown) => listeners['error']?.(error),
          ),
      };
    },
  };
}

/** Names what was asked for, and how a run gets a file. */
function noFile(path: string): string {
  const shown = JSON.stringify(`${path}`.slice(0, 200));
  return `There is no file ${shown} in this run. Give it beside the script in \`files\`, or by --file on the command line`;
}

function joined(chunks: readonly Chunk[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = chunks.map((chunk) => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
