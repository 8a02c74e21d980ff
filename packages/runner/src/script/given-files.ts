import type { JobMessage } from '@castellan/protocol/frames';

/** The files that a run was given, sources and data: what `files.read` reads. */
export class GivenFiles {
  readonly #sources: Readonly<Record<string, string>>;
  readonly #data = new Map<string, Uint8Array>();

  /** `contents` are those of the job's data files, one behind the other. */
  constructor({ files, data }: Pick<JobMessage, 'files' | 'data'>, contents: Uint8Array) {
    this.#sources = files;
    let at = 0;
    for (const { path, length } of data) {
      this.#data.set(path, contents.subarray(at, (at += length)));
    }
  }

  /** Files that are no scripts: data, and JSON, which scripts may import as well. */
  get data(): readonly (readonly [path: string, content: Uint8Array | string])[] {
    const json = Object.entries(this.#sources).filter(([path]) => path.endsWith('.json'));
    return [...json, ...this.#data];
  }

  /** A copy of a file's bytes, or its text; undefined for a file that was not given. */
  read(path: string, asText: boolean): Uint8Array<ArrayBuffer> | string | undefined {
    const content = Object.hasOwn(this.#sources, path) ? this.#sources[path] : this.#data.get(path);
    if (content === undefined) return undefined;
    if (typeof content === 'string') return asText ? content : new Uint8Array(Buffer.from(content));
    return asText ? Buffer.from(content).toString() : new Uint8Array(content);
  }

  /** A few names, for messages. */
  get someNames(): string {
    const names = [...Object.keys(this.#sources), ...this.#data.keys()];
    const more = names.length > shownNames ? ', …' : '';
    return names.slice(0, shownNames).join(', ') + more;
  }
}

const shownNames = 10;
