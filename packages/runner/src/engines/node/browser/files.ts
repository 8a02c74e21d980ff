import { mkdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { CdpElementHandle } from 'puppeteer-core/internal/cdp/ElementHandle.js';
import { environment } from 'puppeteer-core/internal/environment.js';
// oxlint-disable-next-line import/no-unassigned-import -- it puts Node's files into the environment
import 'puppeteer-core/internal/node-env-setup.js';
import { contentTypeOf } from '../../../entry/content-types.ts';
import type { BrowsingHost } from '../../../entry/browser/browsing-host.ts';

type FileHost = Pick<BrowsingHost, 'write' | 'read'>;

/**
 * Lets Puppeteer read and write files of the box, as in Node. It can also read the source of the run,
 * makes missing folders, and sends uploads to the launcher, since the browser is in another box.
 */
export function prepareFiles(host: FileHost): void {
  const own = { ...environment.value };
  // With it, Puppeteer would make the names of uploaded files absolute.
  delete own.path;
  environment.value = {
    ...own,
    readFile: (async (path: string, encoding: 'utf8') => {
      try {
        return await own.readFile(path, encoding);
      } catch (error) {
        const text = host.read(nameOf(path));
        if (text === null) throw error;
        return text;
      }
    }) as typeof own.readFile,
    async writeFile(path, data) {
      await mkdir(dirname(path), { recursive: true });
      await own.writeFile(path, data);
    },
    async openFileForWriting(path) {
      await mkdir(dirname(path), { recursive: true });
      return own.openFileForWriting(path);
    },
    createWriteStream(path, options) {
      mkdirSync(dirname(path), { recursive: true });
      return own.createWriteStream(path, options);
    },
  };

  const { uploadFile } = CdpElementHandle.prototype;
  CdpElementHandle.prototype.uploadFile = async function (...paths: string[]) {
    const names: string[] = [];
    for (const path of paths) names.push(await handOver(path, host));
    await uploadFile.apply(this, names);
  };
}

/** Keeps a file as an artifact, for the browser to upload; a path without a file may name a source file. */
export async function handOver(path: string, { write }: FileHost): Promise<string> {
  const name = nameOf(path);
  const content = await readFile(path).catch(() => undefined);
  if (content !== undefined) await write(name, content, contentTypeOf(name));
  return name;
}

/** The name of a file as an artifact: its path inside the working directory, if it lies there. */
function nameOf(path: string): string {
  const whole = resolve(path);
  const inside = relative(process.cwd(), whole);
  return inside.startsWith('..') ? whole : inside;
}
