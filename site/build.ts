/**
 * Builds the manual as a site, into `site/dist/site`: `npm run docs:site`. Its packages are its own, and are
 * installed at the first time. `SITE_BASE=/castellan/` builds it for a folder of a host.
 */
import { spawnSync } from 'node:child_process';
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

if (!existsSync(join(site, 'node_modules', 'astro'))) {
  run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
}

const dist = join(site, 'dist');
const content = join(dist, 'source', 'content', 'docs');
rmSync(dist, { recursive: true, force: true });
mkdirSync(content, { recursive: true });
cpSync(join(site, 'content.config.mjs'), join(dist, 'source', 'content.config.mjs'));
const pages = sitePages();
for (const [file, slug] of pages) {
  // The page of a folder lies in it, where the sidebar looks.
  const to = join(
    content,
    file.endsWith('/README.md') && file.startsWith('docs/') ? join(slug, 'index.md') : `${slug}.md`,
  );
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, contentOf(file, readFileSync(join(root, file), 'utf8'), { pages, base }));
}
for (const image of globSync('docs/**/*.{png,svg}', { cwd: root })) {
  const to = join(content, image.slice('docs/'.length));
  mkdirSync(dirname(to), { recursive: true });
  cpSync(join(root, image), to);
}

run(process.execPath, join('node_modules', 'astro', 'bin', 'astro.mjs'), 'build');

const problems = problemsOf(join(dist, 'site'), base);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(
  `site/dist/site: ${pages.size} pages, all links lead somewhere, no other host is asked`,
);
