import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What ends up in the pages: their own dependencies and theirs. What is in the sandbox its package lists. */
const bundled = [
  'preact',
  'pdfjs-dist',
  'monaco-editor',
  'dompurify',
  'marked',
  'eventsource-parser',
  'puppeteer-core',
  'swagger-ui-dist',
  'ts-blank-space',
  'typescript',
];

/** The licences of what is bundled, which have to be shipped with it. */
export function notices(): string {
  const own = bundled.map((name) => {
    const folders = [`../node_modules/${name}/`, `../../../node_modules/${name}/`];
    const folder = folders
      .map((path) => fileURLToPath(new URL(path, import.meta.url)))
      .find((path) => existsSync(path));
    if (folder === undefined) throw new Error(`${name} is not installed`);
    return folder;
  });
  const texts = own.map((folder) => {
    const files = readdirSync(folder);
    const licences = files
      .filter((file) =>
        /^(?:licen[cs]e|notice|thirdpartynotice)|es-bundle\.js\.licen[cs]e/i.test(file),
      )
      .map((file) => readFileSync(folder + file, 'utf8').trim());
    const { name, version, license } = JSON.parse(
      readFileSync(`${folder}package.json`, 'utf8'),
    ) as {
      name: string;
      version: string;
      license: string;
    };
    return `${name} ${version} (${license})\n\n${licences.join('\n\n')}\n`;
  });
  const ofSandbox = fileURLToPath(import.meta.resolve('@castellan/sdk/package.json'));
  texts.push(readFileSync(join(ofSandbox, '..', 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8'));
  return texts.join(`\n${'-'.repeat(72)}\n\n`);
}
