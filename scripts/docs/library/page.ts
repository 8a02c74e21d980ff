import { anchor, block, code, markdownPage, markdownTable } from '../markdown.ts';
import { type Declaration, declarationOf } from './declaration.ts';
import { entryOf, find, type Found } from './find.ts';
import type { Member } from './members.ts';
import { headingOf, sourceOf } from './source.ts';

/** The entry points that people import, as the page shows them. */
const entries = [
  ['@castellan/sandbox', 'sandbox', '.', ''],
  [
    '@castellan/sandbox/doctor',
    'sandbox',
    './doctor',
    'What `castellan doctor` is made of: tests what this machine can enforce.',
  ],
  [
    '@castellan/sandbox/images',
    'sandbox',
    './images',
    'What `castellan image build` is made of: images of boxes, for a Docker daemon.',
  ],
  [
    '@castellan/sandbox/runtimes',
    'sandbox',
    './runtimes',
    'Built runtimes: the sets of packages that scripts may import. See [Modules](../guide/modules.md).',
  ],
  [
    'castellan',
    'cli',
    '.',
    'For `castellan.config.ts`. See [Configuration](config.md) and [the service](../guide/service.md).',
  ],
] as const;

/**
 * Where the rows of a name are explained; `isWhole`: that page has everything that its type says.
 */
const elsewhere: Readonly<Record<string, { readonly page: string; readonly isWhole?: boolean }>> = {
  AskedInput: { page: '[Options](options.md#of-a-run)', isWhole: true },
  ConfigFile: { page: '[Configuration](config.md)', isWhole: true },
  limitTable: { page: '[Limits](limits.md)', isWhole: true },
  reasons: { page: '[Statuses and reasons](reasons.md)', isWhole: true },
  SandboxOptions: { page: '[Options](options.md#of-a-sandbox)' },
  RunOptions: { page: '[Options](options.md#of-a-run)' },
  Limits: { page: '[Limits](limits.md)' },
  LimitName: { page: '[Limits](limits.md)' },
  Layer: { page: '[Options](options.md#layers)' },
  IsolationChoice: { page: '[Options](options.md#isolation)' },
  Reason: { page: '[Statuses and reasons](reasons.md)' },
  RunStatus: { page: '[Statuses and reasons](reasons.md)' },
  RunEvent: { page: '[Events](events.md)' },
  CastellanError: { page: '[Errors](errors.md)' },
  ErrorCode: { page: '[Errors](errors.md)' },
  ProblemCode: { page: '[Checks](check.md)' },
};

interface Entry {
  readonly specifier: string;
  readonly about: string;
  readonly groups: readonly {
    readonly heading: string;
    readonly declarations: readonly Declaration[];
  }[];
}

/** Returns the reference page of the library: every export of its packages, from the sources. */
export function libraryReference(): string {
  const shown = entries.map(([specifier, folder, path, about]) => ({
    specifier,
    about,
    groups: groupsOf(entryOf(folder, path)),
  }));
  const exported = shown.flatMap(({ groups }) => groups.flatMap((group) => group.declarations));
  const parts = withParts(exported).slice(new Set(exported.map(({ name }) => name)).size);
  const known = new Set([...exported, ...parts].map(({ name }) => name));
  return markdownPage('The library', 'the sources of the library', [
    head,
    contents(shown),
    ...shown.flatMap((entry) => entryParts(entry, known)),
    '## Types that these are made of',
    'They have no name outside; they are here so that nothing has to be looked up in the sources.',
    ...parts.map((each) => sectionOf(each, known)),
  ]);
}

const head = `Every name that \`@castellan/sandbox\` exports, with its type and what it is for. To learn the library,
read [the guide](../guide/library.md); what options mean is on the page of [options](options.md). Sizes are in bytes,
times in milliseconds unless the name or the sentence says otherwise; members with \`?\` may be left out.`;

function contents(shown: readonly Entry[]): string {
  const rows = shown.flatMap(({ specifier, groups }) =>
    groups.map(({ heading, declarations }) => [
      code(specifier),
      heading === '' ? 'everything' : heading,
      declarations.map(({ name }) => linkTo(name)).join(' '),
    ]),
  );
  return markdownTable(['import from', 'group', 'exports'], rows);
}

function entryParts({ specifier, about, groups }: Entry, known: ReadonlySet<string>): string[] {
  return groups.flatMap(({ heading, declarations }) => [
    `## ${heading === '' ? code(specifier) : heading}`,
    ...(about === '' ? [] : [about]),
    ...declarations.map((each) => sectionOf(each, known)),
  ]);
}

/** Returns the exports of a file in groups; each group begins at a comment above an export. */
function groupsOf(file: string): Entry['groups'] {
  const source = sourceOf(file);
  const groups: { heading: string; declarations: Declaration[] }[] = [];
  for (const statement of source.program.body) {
    const heading = headingOf(source, statement);
    if (heading !== '' || groups.length === 0) groups.push({ heading, declarations: [] });
    for (const name of namesOf(statement)) {
      const found = find(file, name);
      if (found === undefined) throw new Error(`${file}: ${name} is declared nowhere`);
      groups.at(-1)?.declarations.push(declarationOf(name, found));
    }
  }
  return groups.filter(({ declarations }) => declarations.length > 0);
}

function namesOf(statement: ReturnType<typeof sourceOf>['program']['body'][number]): string[] {
  if (statement.type !== 'ExportNamedDeclaration') return [];
  const { declaration, specifiers } = statement;
  const names = specifiers.flatMap(({ exported }) => ('name' in exported ? exported.name : []));
  if (declaration === null || !('id' in declaration) || declaration.id === null) return names;
  return 'name' in declaration.id ? [...names, declaration.id.name] : names;
}

/** Returns the declarations, then all types that they refer to, each name once. */
function withParts(declarations: readonly Declaration[]): Declaration[] {
  const all = new Map(declarations.map((each) => [each.name, each]));
  for (const { name, uses } of all.values()) {
    if (elsewhere[name]?.isWhole === true) continue;
    for (const [used, found] of uses) add(used, found);
  }
  return [...all.values()];

  function add(name: string, found: Found): void {
    if (!all.has(name)) all.set(name, declarationOf(name, found));
  }
}

function sectionOf({ name, doc, ...shape }: Declaration, known: ReadonlySet<string>): string {
  const { page, isWhole = false } = elsewhere[name] ?? {};
  const uses = [...shape.uses.keys()].filter((used) => known.has(used) && used !== name);
  const links = [...(page === undefined ? [] : [page]), ...(isWhole ? [] : uses.map(linkTo))];
  const { signature, members } = shape;
  return [
    `### ${code(name)}`,
    ...(doc === '' ? [] : [doc]),
    ...(signature === null || isWhole ? [] : [block('ts no-run=types-only', signature)]),
    ...(members.length === 0 || isWhole ? [] : [memberTable(members)]),
    ...(links.length === 0 ? [] : [`See ${links.join(', ')}.`]),
  ].join('\n\n');
}

function memberTable(members: readonly Member[]): string {
  return markdownTable(
    ['member', 'type', 'about'],
    members.map(({ name, isOptional, type, doc }) => [
      code(`${name}${isOptional ? '?' : ''}`),
      code(type),
      doc,
    ]),
  );
}

function linkTo(name: string): string {
  return `[${code(name)}](#${anchor(name)})`;
}
