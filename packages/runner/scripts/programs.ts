/** Builds the shelf of the programs that few runs need, and of the texts that stand beside them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programsFile } from '@castellan/protocol/runtimes';
import { packShelf } from '@castellan/protocol/shelf';
import { build } from 'esbuild';
import { puppeteerExports } from '../src/guest/browser/bundling.ts';
import { codeOf } from './code.ts';
import { buildTransformer } from './transformer.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const sources = {
  references: 'script/check/references.ts',
  'source-maps': 'script/source-maps.ts',
};

/** Writes `BOX/programs.shelf`. The main program must exist. */
export async function buildPrograms(box: string): Promise<void> {
  const files = new Map<string, Uint8Array>();
  for (const [name, source] of Object.entries(sources)) {
    const { outputFiles } = await build({
      entryPoints: [`${root}src/${source}`],
      write: false,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node24',
      charset: 'ascii',
      minifySyntax: true,
      // What `program` calls.
      banner: { js: '(function (module, require) {' },
      footer: { js: '})' },
    });
    files.set(`${name}.js`, outputFiles[0]?.contents ?? new Uint8Array());
  }
  const { text, code } = await buildTransformer();
  files.set('transformer.js', Buffer.from(text, 'latin1'));
  files.set(codeOf(box, 'transformer.js'), code);
  files.set('puppeteer-exports.json', Buffer.from(JSON.stringify(await puppeteerExports())));
  writeFileSync(join(box, programsFile), packShelf(files));
}
