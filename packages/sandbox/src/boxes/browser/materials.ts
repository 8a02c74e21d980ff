import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CastellanError } from '@castellan/protocol';
import { landlockHere } from '../../walls/landlock.ts';
import { librariesOf } from '../../walls/libraries.ts';
import type { Builder, Driver } from '../../drivers/driver.ts';
import { type BrowserParts, browserEnclosure } from './enclosure.ts';
import type { Chromium } from './find.ts';
import { chromiumFlags } from './flags.ts';

/** The materials of a browser's box, located once. */
export interface BoxMaterials {
  readonly driver: Driver;
  readonly builder: Builder;
  readonly parts: BrowserParts;
}

/** Fonts and their configuration, which come from packages and hold no secrets of a machine. */
const fontFolders = [
  '/etc/fonts',
  '/usr/share/fonts',
  '/usr/local/share/fonts',
  '/usr/share/fontconfig',
  '/usr/share/X11/locale',
  '/var/cache/fontconfig',
];

/** What `LANG` names: without it Chromium calls each file `download` whose name is not ASCII. */
const localeFolders = ['/usr/lib/locale/C.utf8', '/usr/lib/locale/C.UTF-8'];

/** Libraries that Chromium loads by name while it runs, for certificates and keys. */
const loadedLater = ['/usr/lib/x86_64-linux-gnu/libnss3.so', '/usr/lib64/libnss3.so'];

/** Locates what goes into the box. Throws `isolation_unavailable` with the fix when none can be built. */
export async function findMaterials(
  chromium: Chromium,
  driver: Driver,
  ca: string | null = null,
): Promise<BoxMaterials> {
  const node = process.execPath;
  const libraries = await librariesOf([node, chromium.program, '/bin/sh']);
  const folders = [...libraries, ...loadedLater.filter((path) => existsSync(path))].map(dirname);
  const readable = [
    ...folders,
    dirname(chromium.program),
    '/bin/sh',
    ...fontFolders,
    ...localeFolders,
  ];
  const isSource = import.meta.url.endsWith('.ts');
  const parts: BrowserParts = {
    node,
    starter: fileURLToPath(new URL(`starter.${isSource ? 'ts' : 'js'}`, import.meta.url)),
    chromium,
    flags: chromiumFlags,
    readable: [...new Set(readable)].filter((path) => existsSync(path)),
    ca,
    landlock: await landlockHere(),
  };
  const builder = await driver.prepare(browserEnclosure(parts));
  if ('detail' in builder) {
    throw new CastellanError('isolation_unavailable', builder.detail, { fix: builder.fix });
  }
  return { driver, builder, parts };
}
