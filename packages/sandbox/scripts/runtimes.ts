/** Builds the runtimes of the repository into the package, with their sources: `dist/built/NAME`. */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildRuntime } from '../dist/runtimes/build.js';
import { runtimeSources, shippedRuntimes } from '../dist/runtimes/locate.js';

const sources = fileURLToPath(new URL('../../../runtimes/', import.meta.url));

for (const name of readdirSync(sources)) {
  const source = join(sources, name);
  if (!existsSync(join(source, 'package.json'))) continue;
  await buildRuntime(source, join(shippedRuntimes, name));
  cpSync(source, join(runtimeSources, name), {
    recursive: true,
    filter: (path) => !path.startsWith(join(source, 'node_modules')),
  });
}
