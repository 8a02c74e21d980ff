import { builtinModules } from 'node:module';
import type { MemberKind } from '@castellan/protocol/runtimes';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { processDefinitions } from './process-members.ts';

/** A reference to a file in another bundle: the member to require, and its kind of module. */
export interface Link {
  /** `packages/a.js#0`; `ModuleSet` describes the form. */
  readonly member: string;
  readonly kind: MemberKind;
}

/** Resolves imports that lead out of a bundle. */
export interface Surroundings {
  /** Returns the member for a Node built-in, named without `node:`; undefined if there is none. */
  builtin(name: string): string | undefined;
  /** Returns the member for this file if it is in another bundle. */
  elsewhere(file: string): Link | undefined;
  /**
   * Returns the file that an import resolves to, if it is known in advance: for files in other
   * bundles that are not imported by the name of a package.
   */
  resolved?(importer: string, specifier: string): string | undefined;
}

/** Options of every bundle: for neither Node nor a browser, one byte per character, names kept. */
const common = {
  bundle: true,
  write: false,
  metafile: true,
  format: 'cjs',
  // The only platform for which esbuild follows the `browser` field of a package.
  platform: 'browser',
  target: 'esnext',
  charset: 'ascii',
  // Template literals become strings, which can be written in ASCII.
  supported: { 'template-literal': false },
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'silent',
  treeShaking: true,
  // Ignores the tsconfig.json of a package, which could refer to files elsewhere.
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
  /** Node built-ins that are imported and not available. */
  readonly absent: readonly string[];
}

/** Selects the build of a package: conditions besides `import`, `require` and `default`. */
export interface Platform {
  readonly conditions: readonly string[];
  /** Whether the `browser` field of its package.json is used. */
  readonly followBrowserField: boolean;
}

export const isolatePlatform: Platform = {
  conditions: ['castellan', 'worker', 'browser'],
  followBrowserField: true,
};

/** Returns the esbuild options that select a package's build. */
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
   * Folders, with links resolved, that files may come from: a package could name any file of the
   * operator in a `require()`, and a script would then read it.
   */
  readonly within: readonly string[];
  /** Bare specifiers are resolved from here. */
  readonly folder: string;
  readonly platform: Platform;
  /** Files whose exports replace global names. */
  readonly inject?: readonly string[];
  /** Whether the files are ES modules whose default export stands for `module.exports`. */
  readonly takesDefault?: boolean;
  /** Whether functions keep the names that a script can read; it costs a call for each of them. */
  readonly keepsNames?: boolean;
}

/** Bundles `files` into one text. Rejects with esbuild's own error, which names file and place. */
export async function bundleFiles(
  files: readonly string[],
  options: BundleOptions,
): Promise<Bundled> {
  const { folder, platform, inject = [], takesDefault = false, keepsNames = false } = options;
  const absent = new Set<string>();
  const part = takesDefault ? '.default' : '';
  const members = files.map((_, index) => `()=>require("member:${index}")${part}`);
  const result = await build({
    ...platformOptions(platform),
    absWorkingDir: folder,
    stdin: { contents: `module.exports=[${members.join(',')}]`, resolveDir: folder },
    inject: [...inject],
    keepNames: keepsNames,
    // Files of ours have a process of their own among what is injected.
    define: { ...common.define, ...(takesDefault ? {} : processDefinitions) },
    plugins: [naming(files), confining(options.within), linking(options, absent)],
  });
  const code = inAscii(result.outputFiles?.[0]?.text ?? '');
  return {
    // In parentheses, so that V8 compiles it eagerly and includes it in the compiled code.
    text: `((castellan,require)=>{const module={exports:{}};\n${code}return module.exports})\n`,
    metafile: result.metafile as Metafile,
    absent: [...absent].toSorted(),
  };
}

/**
 * Escapes the characters that esbuild leaves, in regular expressions. The meaning stays the same.
 */
function inAscii(code: string): string {
  return code.replaceAll(
    /[^\x00-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Resolves `member:N` to the Nth file, whatever a package exports under its name. */
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

/** Refuses files from elsewhere, through links as well: esbuild's paths are real paths. */
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

/** Node built-ins that have a name without `node:`. */
const nodeNames = new Set(builtinModules.filter((name) => !name.startsWith('_')));

/** Turns imports of built-ins and of other bundles into `require` calls for their members. */
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
      // Other packages are linked by name only.
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
          // Without a link esbuild resolves it: it also applies the `browser` field.
          return link === undefined ? undefined : { path: link.member, namespace: link.kind };
        },
      );
      // `require` returns the `module.exports` of CommonJS unchanged. A namespace is recognised by
      // esbuild's own `__esModule` mark, which esbuild ignores in files that Node treats as ES
      // modules.
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

/** Throws what Node throws for an optional dependency that is not installed. */
function missingSource(name: string): string {
  const text = JSON.stringify(`Cannot find module '${name}'`);
  return `throw Object.assign(new Error(${text}),{code:'MODULE_NOT_FOUND'})`;
}

/** Loads as a module does, and throws when anything of it is used. */
function absentSource(name: string): string {
  const text = JSON.stringify(`The Node built-in "${name}" does not exist here`);
  return `module.exports=Object.create(new Proxy({},{get(_,key){if(typeof key==='symbol'||key==='then'||key==='default'||key==='__esModule')return undefined;throw new Error(${text}+' ('+key+')')}}))`;
}
