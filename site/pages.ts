/** Which pages of the repository are on the site, where, and below which heading. */
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Pages that do not lie in `docs`, and where they are on the site. */
const elsewhere: Readonly<Record<string, string>> = {
  'SECURITY.md': 'security/promises',
  'packages/sdk/README.md': 'reference/client',
  'examples/README.md': 'project/examples',
  'ARCHITECTURE.md': 'project/architecture',
  'CONTRIBUTING.md': 'project/contributing',
  'CHANGELOG.md': 'project/changelog',
  'bench/README.md': 'project/benchmarks',
  'test/attacks/README.md': 'project/attacks',
  'test/attacks/outcomes.md': 'project/attacks-by-driver',
  'test/faults/README.md': 'project/faults',
};

/** The headings of the sidebar, and the folder of the site below each. */
export const groups = [
  { label: 'By task', directory: 'tasks' },
  { label: 'Guides', directory: 'guide' },
  { label: 'Moving here', directory: 'moving' },
  { label: 'Security', directory: 'security' },
  { label: 'Operations', directory: 'operations' },
  { label: 'Reference', directory: 'reference' },
  { label: 'The project', directory: 'project' },
  { label: 'Decisions', directory: 'decisions', collapsed: true },
] as const;

/** The place of each page on the site by its file in the repository; the first page has an empty one. */
export function sitePages(): ReadonlyMap<string, string> {
  const own = globSync('docs/**/*.md', { cwd: root })
    .toSorted()
    .map((file) => [file, slugOf(file.slice('docs/'.length, -'.md'.length))] as const);
  return new Map([...own, ...Object.entries(elsewhere)]);
}

function slugOf(path: string): string {
  return path.replace(/(?:^|\/)README$/, '').toLowerCase();
}
