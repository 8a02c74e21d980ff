import { builtinModules } from 'node:module';
import type { MemberKind } from '@castellan/protocol/runtimes';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

/** A file in another bundle: the member to require, and what kind of module it is. */
export interface Link {
  /** `packages/a.js#0`, as `ModuleSet` describes it. */
  readonly member: string;
  readonly kind: MemberKind;
}

/** How imports that lead out of a bundle are resolved. */
export interface Surroundings {
  /** The member that has a Node built-in, by its name without `node:`; undefined when there is none. */
  builtin(name: string): string | undefined;
  /** The member with this file, if it is in another bundle. */
  elsewhere(file: string): Link | undefined;
  /**
   * The file that an import resolves to, where that is known beforehand: for files in other bundles
   * that are not imported by the name of a package.
   */
  resolved?(importer: string, specifier: string): string | undefined;
}

/** Options of every bundle: for neither Node nor a page, one byte per character, names kept. */
const common = {
  bundle: true,
  write: false,
  metafile: true,
  format: 'cjs',
  // The only platform for which esbuild follows the `browser` field of a package.
  platform: 'browser',
  target: 'esnext',
  charset: 'ascii',
  // Templates become strings, which can be written in ASCII.
  supported: { 'template-literal': false },
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'silent',
  treeShaking: true,
  // No tsconfig.json of a package's, which could name files elsewhere.
  tsconfigRaw: {},
  define: {
    global: 'globalThis',
    'process.env.NODE_ENV': '"production"',
    Buffer: 'castellan.Buffer',
  },
} as const satisfies BuildOptions;

export interface Bundled {
  /** Script text: a function of `castellan` and `require` that returns one function per file. */
  readonly text: string;
  readonly metafile: Metafile;
  /** Node built-ins that are imported and do not exist. */
  readonly absent: readonly string[];
}

/** Which build of a package is taken: conditions besides `import`, `require` and `default`. */
export interface Platform {
  readonly conditions: readonly string[];
  /** Whether the `browser` field of its package.json counts. */
  readonly followBrowserField: boolean;
}

export const isolatePlatform: Platform = {
  conditions: ['castellan', 'worker', 'browser'],
  followBrowserField: true,
};

/** The esbuild options that choose a package's build. */
export function platformOptions({ conditions, followBrowserField }: Platform): BuildOptions {
  return {
    ...common,
    conditions: [...conditions],
    mainFields: followBrowserField ? ['browser', 'main'] : ['main'],
    platform: followBrowserField ? 'browser' : 'neutral',
  };
}

export interface BundleOptions extends Surroundings {
  /**
   * Folders, without links, that files may be taken from: a package could name any file of the
   * operator's in a `require()`, and a script would then read it.
   */
  readonly within: readonly string[];
  /** Where bare specifiers are looked up from. */
  readonly folder: string;
  readonly platform: Platform;
  /** Files whose exports replace free names. */
  readonly inject?: readonly string[];
  /** The files are ES modules whose default export is what `module.exports` would be. */
  readonly takesDefault?: boolean;
}

/** Bundles `files` into one text. Rejects with esbuild's own error, which names file and place. */
export async function bundleFiles(
  files: readonly string[],
  options: BundleOptions,
): Promise<Bundled> {
  const { folder, platform, inject = [], takesDefault = false } = options;
  const absent = new Set<string>();
  const part = takesDefault ? '.default' : '';
  const members = files.map((_, index) => `()=>require("member:${index}")${part}`);
  const result = await build({
    ...platformOptions(platform),
    absWorkingDir: folder,
    stdin: { contents: `module.exports=[${members.join(',')}]`, resolveDir: folder },
    inject: [...inject],
    plugins: [naming(files), confining(options.within), linking(options, absent)],
  });
  const code = inAscii(result.outputFiles?.[0]?.text ?? '');
  return {
    // In parentheses, so that V8 compiles it at once and keeps it in the compiled code.
    text: `((castellan,require)=>{const module={exports:{}};\n${code}return module.exports})\n`,
    metafile: result.metafile as Metafile,
    absent: [...absent].toSorted(),
  };
}

/** Escapes what esbuild does not: regular expressions. The escapes have the same meaning. */
function inAscii(code: string): string {
  return code.replaceAll(
    /[^\x00-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Resolves `member:N` to the Nth file, whatever a package would export under its name. */
function naming(files: readonly string[]): Plugin {
  return {
    name: 'members',
    setup({ onResolve }) {
      onResolve({ filter: /^member:\d+$/ }, ({ path }) => ({
        path: files[Number(path.slice(7))] ?? '',
      }));
    },
  };
}

/** Refuses files from elsewhere, by links and by paths alike: esbuild's paths are real ones. */
function confining(within: readonly string[]): Plugin {
  return {
    name: 'confining',
    setup({ onLoad }) {
      onLoad({ filter: /^/, namespace: 'file' }, ({ path }) => {
        if (within.some((folder) => path.startsWith(`${folder}/`))) return undefined;
        return { errors: [{ text: `${path} is outside of the runtime and its packages` }] };
      });
    },
  };
}

/** Node built-ins, without those that have no name of their own outside `node:`. */
const nodeNames = new Set(builtinModules.filter((name) => !name.startsWith('_')));

/** Turns imports of built-ins and of other bundles into `require` of their members. */
function linking({ builtin, elsewhere, resolved }: Surroundings, absent: Set<string>): Plugin {
  return {
    name: 'links',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^(?:node:)?[a-z][\w/]*$/ }, ({ path }) => {
        const name = path.replace(/^node:/, '');
        if (!path.startsWith('node:') && !nodeNames.has(name)) return undefined;
        const member = builtin(name);
        if (member !== undefined) return { path: member, namespace: 'commonjs' };
        absent.add(name);
        return { path: name, namespace: 'absent' };
      });
      if (resolved !== undefined) {
        onResolve({ filter: /^[^:]+$/, namespace: 'file' }, ({ path, importer }) => {
          const file = resolved(importer, path);
          const link = file === undefined ? undefined : elsewhere(file);
          return link === undefined ? undefined : { path: link.member, namespace: link.kind };
        });
      }
      // Other packages are reached by name only.
      onResolve(
        { filter: /^[^./:][^:]*$/ },
        async ({ path, kind, resolveDir, importer, namespace, pluginData }) => {
          if (pluginData === 'asked' || namespace !== 'file') return undefined;
          const found = await resolve(path, {
            kind,
            resolveDir,
            importer,
            namespace,
            pluginData: 'asked',
          });
          if (found.errors.length > 0) return { path, namespace: 'missing' };
          const link = elsewhere(found.path);
          // esbuild goes on: it also knows what a `browser` field switches off.
          return link === undefined ? undefined : { path: link.member, namespace: link.kind };
        },
      );
      // `require` returns `module.exports` of CommonJS as it is. A namespace is recognised by
      // esbuild's own `__esModule` mark, which it ignores in files that are ES modules by Node's rules.
      onLoad({ filter: /^/, namespace: 'commonjs' }, ({ path }) => ({
        contents: `module.exports=require(${external(path)})`,
      }));
      onLoad({ filter: /^/, namespace: 'json' }, ({ path }) => ({
        contents: `module.exports=require(${external(path)})`,
      }));
      onLoad({ filter: /^/, namespace: 'module' }, ({ path }) => ({
        contents: `export*from${external(path)};export{default}from${external(path)}`,
      }));
      onLoad({ filter: /^/, namespace: 'absent' }, ({ path }) => ({
        contents: absentSource(path),
      }));
      onLoad({ filter: /^/, namespace: 'missing' }, ({ path }) => ({
        contents: missingSource(path),
      }));
      onResolve({ filter: /^external:/ }, ({ path }) => ({ path: path.slice(9), external: true }));
    },
  };
}

const external = (member: string): string => JSON.stringify(`external:${member}`);

/** Throws as Node does for an optional dependency that is not installed. */
function missingSource(name: string): string {
  const text = JSON.stringify(`Cannot find module '${name}'`);
  return `throw Object.assign(new Error(${text}),{code:'MODULE_NOT_FOUND'})`;
}

/** Loads like a module, and throws when something of it is used. */
function absentSource(name: string): string {
  const text = JSON.stringify(`The Node built-in "${name}" does not exist here`);
  return `module.exports=Object.create(new Proxy({},{get(_,key){if(typeof key==='symbol'||key==='then'||key==='default'||key==='__esModule')return undefined;throw new Error(${text}+' ('+key+')')}}))`;
}
