import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CastellanError } from '@castellan/protocol';
import { diagnose } from '../../drivers/bubblewrap/diagnose.ts';
import { librariesOf } from '../../walls/libraries.ts';
import { findScratchTools, type ScratchTools } from '../../drivers/bubblewrap/scratch.ts';
import { findTools } from '../../drivers/bubblewrap/tools.ts';
import type { HostTools } from '../../drivers/bubblewrap/tools.ts';
import { inheritableDescriptors } from '../../walls/inherited.ts';
import { compileFilter } from '../../walls/seccomp/bpf.ts';
import type { Chromium } from './find.ts';
import { chromiumFlags } from './flags.ts';
import { procMounts } from './proc.ts';
import { chromiumTable } from './system-calls.ts';

/** The materials of a browser's box, located once. */
export interface BoxMaterials {
  readonly tools: HostTools;
  readonly scratchTools: ScratchTools;
  readonly node: string;
  readonly starter: string;
  readonly chromium: Chromium;
  /** The flags of Chromium. */
  readonly flags: readonly string[];
  /** Folders and files of the machine that are in the box, read-only, under the same paths. */
  readonly readable: readonly string[];
  /** bubblewrap's arguments for `/proc`. */
  readonly proc: readonly string[];
  readonly filter: Buffer;
  readonly leaks: readonly number[];
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

/** Throws `isolation_unavailable` with the fix. */
export async function findMaterials(chromium: Chromium): Promise<BoxMaterials> {
  const tools = await findTools({ bwrap: 'bwrap', prlimit: 'prlimit' });
  if ('detail' in tools) {
    throw new CastellanError('isolation_unavailable', tools.detail, { fix: tools.fix });
  }
  const scratchTools = await findScratchTools();
  if (typeof scratchTools === 'string') {
    const { fix } = diagnose(scratchTools);
    throw new CastellanError(
      'isolation_unavailable',
      `The browser's folders cannot be made: ${scratchTools}`,
      { fix },
    );
  }
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
  return {
    tools,
    scratchTools,
    node,
    starter: fileURLToPath(new URL(`starter.${isSource ? 'ts' : 'js'}`, import.meta.url)),
    chromium,
    flags: chromiumFlags,
    readable: [...new Set(readable)].filter((path) => existsSync(path)),
    proc: procMounts(),
    filter: compileFilter(chromiumTable),
    leaks: inheritableDescriptors(),
  };
}
