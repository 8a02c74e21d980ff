/**
 * Builds the repository's runtimes into the sandbox's package, `dist/built/NAME`, where sandboxes
 * find them. Their sources are shipped with the command, which can build them again.
 */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildRuntime } from '@castellan/press';
import { locateParts, shippedRuntimes } from '@castellan/sandbox/runtimes';
import { shippedSources } from '../src/runtime/sources.ts';
import { tryInBoxes } from '../src/runtime/trial.ts';

const sources = fileURLToPath(new URL('../../../runtimes/', import.meta.url));
const options = { parts: locateParts(), tryOut: tryInBoxes };

for (const name of readdirSync(sources)) {
  const source = join(sources, name);
  if (!existsSync(join(source, 'package.json'))) continue;
  await buildRuntime(source, join(shippedRuntimes, name), options);
  cpSync(source, join(shippedSources, name), {
    recursive: true,
    filter: (path) => !path.startsWith(join(source, 'node_modules')),
  });
}
