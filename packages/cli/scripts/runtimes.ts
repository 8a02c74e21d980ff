/**
 * Builds the repository's runtimes into the sandbox's package, `dist/built/NAME`, where sandboxes
 * find them. Their sources are shipped with the command, which can build them again.
 */
import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildRuntime, packPackages } from '@castellan/press';
import { packedPackages } from '@castellan/protocol/runtimes';
import { locateParts, shippedRuntimes } from '@castellan/sandbox/runtimes';
import { shippedSources } from '../src/runtime/sources.ts';
import { tryInBoxes } from '../src/runtime/trial.ts';

const sources = fileURLToPath(new URL('../../../runtimes/', import.meta.url));
const options = { parts: locateParts(), tryOut: tryInBoxes };

for (const name of readdirSync(sources)) {
  const source = join(sources, name);
  if (!existsSync(join(source, 'package.json'))) continue;
  const built = join(shippedRuntimes, name);
  await buildRuntime(source, built, {
    ...options,
    onStage: (stage) => console.log(`runtime ${name}: ${stage}`),
  });
  // What is shipped in place of `node_modules`, whose files are too many.
  writeFileSync(join(built, packedPackages), packPackages(join(built, 'node_modules')));
  cpSync(source, join(shippedSources, name), {
    recursive: true,
    filter: (path) => !path.startsWith(join(source, 'node_modules')),
  });
}
