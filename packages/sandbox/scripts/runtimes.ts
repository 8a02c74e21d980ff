/** Builds every runtime of the repository into the package: `dist/built/NAME`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildRuntime } from '../dist/runtimes/build.js';

const sources = fileURLToPath(new URL('../../../runtimes/', import.meta.url));
const built = fileURLToPath(new URL('../dist/built/', import.meta.url));

for (const name of readdirSync(sources)) {
  if (!existsSync(join(sources, name, 'package.json'))) continue;
  const set = await buildRuntime(join(sources, name), join(built, name));
  const { size } = new Set(Object.keys(set.specifiers));
  const bytes = readFileSync(join(built, name, 'manifest.json')).length;
  console.log(`runtime ${name}: ${Object.keys(set.packages).length} packages, ${size} specifiers, manifest ${bytes >> 10} KiB`);
}
