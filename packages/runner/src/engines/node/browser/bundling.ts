import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { standIns } from '../../../guest/browser/bundling.ts';

/** Writes Puppeteer for the node engine: a CommonJS module that exports `createBrowsing`. */
export async function bundleNodeBrowser(outfile: string): Promise<void> {
  const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  await build({
    entryPoints: [beside('index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    charset: 'utf8',
    // Puppeteer shows the names of its classes, and sends the text of its functions to pages.
    minifyWhitespace: true,
    legalComments: 'none',
    inject: [beside('timers.ts')],
    plugins: [standIns()],
  });
}
