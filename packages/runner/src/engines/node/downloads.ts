import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { DownloadMessage } from '@castellan/protocol/frames';
import { freeName } from '@castellan/protocol/paths';
import type { DataFiles } from './data-files.ts';

// A script may have replaced them by then.
const { parse, stringify } = JSON;
const [exists, makeFolder, rename, write] = [existsSync, mkdirSync, renameSync, writeFileSync];

const setting = /^\{"method":"(?:Browser|Page)\.setDownloadBehavior",/;

/**
 * Puts what the browser downloads into the working directory, or where the script said that downloads go.
 * They are artifacts already, and are no more for lying there.
 */
export class Downloads {
  readonly #work = process.cwd();
  readonly #files: DataFiles;
  readonly #warn: (text: string) => void;
  #folder = this.#work;
  #isByGuid = false;

  constructor(files: DataFiles, warn: (text: string) => void) {
    this.#files = files;
    this.#warn = warn;
  }

  /** Looks at a command to the browser, JSON text. */
  follow(text: string): void {
    if (!setting.test(text.slice(0, 64))) return;
    const { params = {} } = parse(text) as { params?: Record<string, unknown> };
    const { behavior, downloadPath } = params;
    this.#folder = typeof downloadPath === 'string' ? resolve(downloadPath) : this.#work;
    this.#isByGuid = behavior === 'allowAndName';
  }

  /** Writes one file. It appears under its name when it is complete, and replaces none. */
  take({ guid, name }: DownloadMessage, bytes: Uint8Array): void {
    const folder = this.#folder;
    try {
      makeFolder(folder, { recursive: true });
      const free = freeName(this.#isByGuid ? guid : name, (each) => exists(join(folder, each)));
      const path = join(folder, free);
      write(`${path}.crdownload`, bytes);
      rename(`${path}.crdownload`, path);
      const inside = relative(this.#work, path);
      if (!inside.startsWith('..')) this.#files.note(this.#work, inside);
    } catch (error) {
      const { code = 'unknown' } = error as { code?: string };
      this.#warn(
        `The download ${stringify(name)} is an artifact, and could not be written to ${stringify(folder)}: ${code}. Only the working directory and os.tmpdir() can be written to.`,
      );
    }
  }
}
