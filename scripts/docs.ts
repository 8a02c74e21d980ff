// Writes the generated pages of the documentation: `npm run docs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from './docs/pages.ts';

const root = join(import.meta.dirname, '..');

for (const { file, render } of pages) {
  const path = join(root, file);
  const text = await render();
  if (text === readFileSync(path, { encoding: 'utf8', flag: 'a+' })) continue;
  writeFileSync(path, text);
  console.log(`written: ${file}`);
}
