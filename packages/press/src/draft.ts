import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CastellanError } from '@castellan/protocol';
import { builtinsName, findEntry, indexFile, shelfFile } from '@castellan/protocol/runtimes';
import { takeFromShelf } from '@castellan/protocol/shelf';
import type { BuildFailure } from 'esbuild';
import {
  type Bundled,
  bundleFiles,
  type BundleOptions,
  type Link,
  type Surroundings,
} from './bundle.ts';
import { type Graph, readGraph } from './graph.ts';
import { type Include, includeOf, includesOf, noticesText } from './includes.ts';
import type { RuntimePackage } from './packages.ts';
import type { Draft, DraftMember } from './press.ts';
import { readTypes } from './types.ts';

type Facts = Draft['packages'][string];

/**
 * One bundle: files of one package that belong together, and the files of other bundles that they
 * need.
 */
interface Plan {
  readonly owner: RuntimePackage;
  readonly bundle: string;
  readonly files: readonly string[];
  readonly needs: ReadonlySet<string>;
  readonly graph: Graph;
}

/**
 * Bundles all packages of the runtime in `root`. Built-ins come from the set in `builtinsFolder`.
 */
export async function draftRuntime(
  root: string,
  packages: readonly RuntimePackage[],
  builtinsFolder: string,
): Promise<Draft> {
  const optionsFor = bundling(root, packages, builtinsOf(builtinsFolder));
  const plans = await planBundles(root, packages, optionsFor);
  const { members, links, indexes } = membersOf(plans);

  const bundles = new Map<string, string>();
  const types = await readTypes(root, packages);
  const notices = [...packages.map(({ folder }) => folder), ...types.folders].map(includeOf);
  const facts: Record<string, Facts> = {};
  for (const { owner, bundle, files, needs, graph } of plans) {
    const { elsewhere, ...options } = optionsFor(owner, (file) => links.get(file));
    const { text, metafile, absent } = await bundlePackage(owner, files, {
      ...options,
      elsewhere: (file) => (needs.has(file) ? links.get(file) : elsewhere(file)),
      ...(needs.size === 0 ? {} : { resolved: graph.resolved }),
    });
    bundles.set(bundle, text);
    const includes = includesOf(root, metafile, owner.folder);
    notices.push(...includes);
    facts[owner.name] = withGroup(facts[owner.name], owner, absent, includes);
  }
  const specifiers = packages.flatMap(({ subpaths }) =>
    subpaths.map(({ specifier, forImport, forRequire }) => {
      const pair = [indexes.get(forImport) ?? -1, indexes.get(forRequire) ?? -1] as const;
      return [specifier, pair] as const;
    }),
  );
  return {
    name: basename(root),
    packages: facts,
    bundles,
    members,
    specifiers: Object.fromEntries(specifiers),
    types: types.packages,
    notices: noticesText(notices),
  };
}

/**
 * Returns the options for bundling a package; `linkTo` returns the member for another package's
 * file.
 */
type OptionsFor = (
  owner: RuntimePackage,
  linkTo: (file: string) => Link | undefined,
) => BundleOptions;

function bundling(
  root: string,
  packages: readonly RuntimePackage[],
  builtin: Surroundings['builtin'],
): OptionsFor {
  const owners = new Map(
    packages.flatMap((owner) => filesOf(owner).map((file) => [file, owner] as const)),
  );
  const installed = realpathSync(join(root, 'node_modules'));
  const within = [installed, ...packages.map(({ folder }) => folder)];
  return (owner, linkTo) => ({
    folder: root,
    within,
    platform: owner.platform,
    builtin,
    // Files that another package offers are linked, not copied, so that each one exists once.
    elsewhere(file) {
      const other = owners.get(file);
      return other === undefined || other === owner ? undefined : linkTo(file);
    },
  });
}

/** Bundles each package as a whole, to find the groups of files that become its bundles. */
async function planBundles(
  root: string,
  packages: readonly RuntimePackage[],
  optionsFor: OptionsFor,
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const owner of packages) {
    // Only which files belong to other packages is known at this point, not their members.
    const options = optionsFor(owner, (file) => ({ member: file, kind: 'commonjs' }));
    const files = filesOf(owner);
    const { metafile } = await bundlePackage(owner, files, options);
    const graph = readGraph(files, mainFiles(owner), root, metafile);
    for (const [number, group] of graph.groups.entries()) {
      const bundle = `${owner.name.replace('/', '+')}${number === 0 ? '' : `.${number + 1}`}.js`;
      plans.push({ owner, bundle, ...group, graph });
    }
  }
  return plans;
}

/** Returns all members, and by file how other bundles link to it, with its index. */
function membersOf(plans: readonly Plan[]): {
  readonly members: readonly DraftMember[];
  readonly links: ReadonlyMap<string, Link>;
  readonly indexes: ReadonlyMap<string, number>;
} {
  const members: DraftMember[] = [];
  const links = new Map<string, Link>();
  const indexes = new Map<string, number>();
  for (const { owner, bundle, files, graph } of plans) {
    const main = mainFiles(owner);
    for (const [index, file] of files.entries()) {
      const kind = graph.kind(file);
      links.set(file, { member: `packages/${bundle}#${index}`, kind });
      indexes.set(file, members.length);
      members.push({ bundle, index, kind, isMain: files.length === 1 || main.includes(file) });
    }
  }
  return { members, links, indexes };
}

/** Bundles a package. Rejects with `invalid_option`, file and line if that fails. */
async function bundlePackage(
  { name }: RuntimePackage,
  files: readonly string[],
  options: BundleOptions,
): Promise<Bundled> {
  try {
    return await bundleFiles(files, options);
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    if (first === undefined) throw error;
    const { text, location } = first;
    const at = location === null ? '' : ` (${location.file}:${location.line})`;
    throw new CastellanError('invalid_option', `${name} cannot be bundled: ${text}${at}`);
  }
}

/** Packages may use every built-in, whatever a policy allows scripts to import. */
function builtinsOf(folder: string): Surroundings['builtin'] {
  const index = takeFromShelf(readFileSync(join(folder, shelfFile)), indexFile(builtinsName));
  const text = Buffer.from(index ?? '').toString();
  return (name) => {
    const [, member] = findEntry(text, name) ?? [];
    return member === undefined ? undefined : `${builtinsName}/${member.bundle}#${member.index}`;
  };
}

/** Returns all files that a package offers, its main ones first. */
function filesOf(owner: RuntimePackage): string[] {
  return [
    ...new Set([
      ...mainFiles(owner),
      ...owner.subpaths.flatMap((subpath) => [subpath.forImport, subpath.forRequire]),
    ]),
  ];
}

function mainFiles({ name, subpaths }: RuntimePackage): string[] {
  const main = subpaths.filter(({ specifier }) => specifier === name);
  return main.flatMap(({ forImport, forRequire }) => [forImport, forRequire]);
}

function withGroup(
  known: Facts | undefined,
  { version, license }: RuntimePackage,
  absent: readonly string[],
  includes: readonly Include[],
): Facts {
  const all = Object.entries({
    ...known?.includes,
    ...Object.fromEntries(includes.map(({ id, license: its }) => [id, its])),
  }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    version,
    license,
    includes: Object.fromEntries(all),
    absent: [...new Set([...(known?.absent ?? []), ...absent])].toSorted(),
  };
}
