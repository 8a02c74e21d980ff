/**
 * Builds the manual as a site, into `site/dist/site`: `npm run docs:site`. Its packages are its own, and are
 * installed at the first time. `SITE_BASE=/castellan/` builds it for a folder of a host.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { contentOf } from './content.ts';
import { problemsOf } from './check.ts';
import { root, sitePages } from './pages.ts';

const site = join(root, 'site');
const base = process.env['SITE_BASE'] ?? '/';

function run(program: string, ...args: string[]): void {
  const env = { ...process.env, SITE_BASE: base, ASTRO_TELEMETRY_DISABLED: '1' };
  const { status } = spawnSync(program, args, { cwd: site, stdio: 'inherit', env });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}`);
}

const dist = join(site, 'dist');
const pages = sitePages();
const images = globSync('docs/**/*.{png,svg}', { cwd: root });
const stamp = join(dist, 'inputs');
const print = fingerprint();

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== print) {
  generate();
  writeFileSync(stamp, print);
}
const problems = problemsOf(join(dist, 'site'), base);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(
  `site/dist/site: ${pages.size} pages, all links lead somewhere, no other host is asked`,
);

/** Of all that goes in, so that nothing is built twice. */
function fingerprint(): string {
  const hash = createHash('sha256').update(process.version).update(base);
  const own = globSync('*', { cwd: site, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [join('site', entry.name)] : []))
    .toSorted();
  for (const file of [...own, ...pages.keys(), ...images.toSorted()]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function generate(): void {
  if (!existsSync(join(site, 'node_modules', 'astro'))) {
    run('npm', 'install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund');
  }
  const content = join(dist, 'source', 'content', 'docs');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(content, { recursive: true });
  cpSync(join(site, 'content.config.mjs'), join(dist, 'source', 'content.config.mjs'));
  for (const [file, slug] of pages) {
    // The page of a folder lies in it, where the sidebar looks.
    const to = join(
      content,
      file.endsWith('/README.md') && file.startsWith('docs/')
        ? join(slug, 'index.md')
        : `${slug}.md`,
    );
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, contentOf(file, readFileSync(join(root, file), 'utf8'), { pages, base }));
  }
  for (const image of images) {
    const to = join(content, image.slice('docs/'.length));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(root, image), to);
  }
  run(process.execPath, join('node_modules', 'astro', 'bin', 'astro.mjs'), 'build');
}
