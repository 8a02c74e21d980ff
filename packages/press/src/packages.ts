import { existsSync, globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { CastellanError } from '@castellan/protocol';
import { build, type BuildFailure, type Metafile, type Plugin } from 'esbuild';
import { isolatePlatform, type Platform, platformOptions } from './bundle.ts';

/** A package that scripts may import: one of the runtime's dependencies. */
export interface RuntimePackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Its folder, with links resolved. */
  readonly folder: string;
  readonly platform: Platform;
  /** Every specifier that can be imported, with its files for `import` and for `require()`. */
  readonly subpaths: readonly Subpath[];
}

export interface Subpath {
  readonly specifier: string;
  readonly forImport: string;
  readonly forRequire: string;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: unknown;
  /** In a runtime's own package.json: settings for single packages. */
  readonly castellan?: { readonly packages?: Readonly<Record<string, PackageChoices>> };
}

interface PackageChoices {
  /** Conditions of its `exports` to use instead of `worker` and `browser`. */
  readonly conditions?: readonly string[];
  /**
   * Patterns of the subpaths to offer: `*` matches any text, a leading `!` excludes. Default: all.
   */
  readonly subpaths?: readonly string[];
  /** `node`: the package is not built for isolates. */
  readonly engine?: 'node';
}

/** Reads the packages of the runtime in `folder`. Its `node_modules` must exist. */
export async function readPackages(folder: string): Promise<RuntimePackage[]> {
  const { dependencies = {}, castellan: { packages: choices = {} } = {} } = readManifest(folder);
  const names = Object.keys(dependencies).toSorted();
  const unknown = Object.keys(choices).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new CastellanError(
      'invalid_option',
      `${folder}/package.json: castellan.packages names ${unknown}, which is no dependency.`,
    );
  }
  const packages: RuntimePackage[] = [];
  for (const name of names) {
    if (builtinModules.includes(name)) {
      throw new CastellanError(
        'invalid_option',
        `${folder}/package.json: ${name} is the name of a Node built-in, which scripts would get instead.`,
      );
    }
    const chosen = choices[name] ?? {};
    if (chosen.engine !== 'node') packages.push(await readPackage(folder, name, chosen));
  }
  return packages;
}

async function readPackage(
  root: string,
  name: string,
  choices: PackageChoices,
): Promise<RuntimePackage> {
  const installed = join(root, 'node_modules', name);
  if (!existsSync(installed)) {
    throw new CastellanError(
      'invalid_option',
      `${installed} is missing: run "npm ci --ignore-scripts" in ${root}.`,
    );
  }
  const folder = realpathSync(installed);
  const { version = '0.0.0', license = 'UNKNOWN', exports } = readManifest(folder);
  const { conditions } = choices;
  const platform =
    conditions === undefined
      ? isolatePlatform
      : { conditions, followBrowserField: conditions.includes('browser') };
  const isOffered = choice(choices.subpaths ?? ['*']);
  const candidates = exports === undefined ? listFiles(folder) : listExports(folder, exports);
  const specifiers = candidates
    .filter((subpath) => subpath === '.' || isOffered(subpath))
    .map((subpath) => (subpath === '.' ? name : `${name}/${subpath}`));
  const subpaths = await resolveAll(root, platform, specifiers);
  if (subpaths.length === 0) {
    throw new CastellanError('invalid_option', `${name} has no file that can be imported.`);
  }
  return { name, version, license, folder, platform, subpaths };
}

/**
 * Lists subpaths without the leading `./`, from the package's `exports`; patterns are expanded on
 * disk.
 */
function listExports(folder: string, exports: unknown): string[] {
  const isTable =
    typeof exports === 'object' &&
    exports !== null &&
    Object.keys(exports).every((key) => key.startsWith('.'));
  if (!isTable) return ['.'];
  const found = new Set<string>();
  for (const [key, target] of Object.entries(exports as Record<string, unknown>)) {
    const subpath = key.replace(/^\.\/?/, '') || '.';
    if (!key.includes('*')) {
      found.add(subpath);
      continue;
    }
    for (const pattern of targetsOf(target)) {
      for (const file of globSync(pattern.replace('*', '**'), { cwd: folder })) {
        const star = matchStar(pattern.replace(/^\.\//, ''), file);
        if (star !== undefined && statSync(join(folder, file)).isFile())
          found.add(subpath.replace('*', star));
      }
    }
  }
  return [...found].toSorted();
}

/** Returns the patterns inside the package, as Node reads them: none leads out of its folder. */
function targetsOf(target: unknown): string[] {
  if (typeof target === 'string') {
    const isInside = target.startsWith('./') && !/(?:^|[\\/])\.\.(?:[\\/]|$)/.test(target);
    return isInside && target.includes('*') ? [target] : [];
  }
  return typeof target === 'object' && target !== null
    ? Object.values(target).flatMap(targetsOf)
    : [];
}

function matchStar(pattern: string, file: string): string | undefined {
  const [before = '', after = ''] = pattern.split('*');
  const fits =
    file.startsWith(before) && file.endsWith(after) && file.length >= before.length + after.length;
  return fits ? file.slice(before.length, file.length - after.length) : undefined;
}

/** Without `exports`, every file can be imported, also without its extension. */
function listFiles(folder: string): string[] {
  const files = globSync('**/*.{js,cjs,mjs,json}', {
    cwd: folder,
    exclude: (path) => /(?:^|\/)node_modules(?:\/|$)/.test(path),
  });
  return [
    '.',
    ...new Set(files.flatMap((file) => [file, file.replace(/\.(?:js|json)$/, '')])),
  ].toSorted();
}

/** Resolves with esbuild, so that the rules are those of bundling. */
async function resolveAll(
  root: string,
  platform: Platform,
  specifiers: readonly string[],
): Promise<Subpath[]> {
  const forImport = await filesOf(root, platform, specifiers, 'import');
  const forRequire = await filesOf(root, platform, specifiers, 'require');
  return specifiers.flatMap((specifier) => {
    const [first, second] = [forImport.get(specifier), forRequire.get(specifier)];
    const any = first ?? second;
    return any === undefined
      ? []
      : [{ specifier, forImport: first ?? any, forRequire: second ?? any }];
  });
}

/** Returns the file of each specifier that can be resolved; retries without those that cannot. */
async function filesOf(
  root: string,
  platform: Platform,
  specifiers: readonly string[],
  how: 'import' | 'require',
): Promise<Map<string, string>> {
  const lines = specifiers.map((specifier) => {
    const quoted = JSON.stringify(specifier);
    return how === 'import' ? `import ${quoted};` : `require(${quoted});`;
  });
  try {
    const { metafile } = await build({
      ...platformOptions(platform),
      absWorkingDir: root,
      logLimit: 0,
      stdin: { contents: lines.join('\n'), resolveDir: root },
      plugins: [unread],
    });
    const imports = (metafile as Metafile).inputs['<stdin>']?.imports ?? [];
    const found = imports.flatMap(({ original = '', path }) =>
      /\.(?:[cm]?js|json)$/.test(path) ? [[original, join(root, path)] as const] : [],
    );
    return new Map(found);
  } catch (error) {
    const { errors = [] } = error as Partial<BuildFailure>;
    const lost = new Set(errors.map(({ location }) => location?.line));
    const others = specifiers.filter((_, index) => !lost.has(index + 1));
    if (errors.length === 0 || others.length === specifiers.length) throw error;
    return filesOf(root, platform, others, how);
  }
}

/** Only paths are needed: no content is read. */
const unread: Plugin = {
  name: 'unread',
  setup: ({ onLoad }) => onLoad({ filter: /^/ }, () => ({ contents: '' })),
};

/** Returns a predicate for subpaths that `patterns` select; those with "!" exclude. */
function choice(patterns: readonly string[]): (subpath: string) => boolean {
  const plain = (pattern: string): string => pattern.replace(/^!?(?:\.\/)?/, '');
  const without = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map(plain)
    .map(matcher);
  const chosen = patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .map(plain)
    .map(matcher);
  return (subpath) =>
    chosen.some((matches) => matches(subpath)) && !without.some((matches) => matches(subpath));
}

function matcher(pattern: string): (subpath: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (subpath) => expression.test(subpath);
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
