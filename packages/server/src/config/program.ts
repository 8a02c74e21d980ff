import { readFileSync, realpathSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { extname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';

/** How long the top level of a config may take: it may await a secret, but not for ever. */
const patienceMs = 20_000;

/** A config that is a program did not run to its end. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  /** The files of the program that were loaded, absolute: one of them is to blame. */
  readonly files: readonly string[];

  constructor(cause: unknown, files: readonly string[]) {
    super('The program did not run to its end.', { cause });
    this.files = files;
  }
}

/**
 * Imports the program at `path`, absolute, wherever it lies, and returns its default export. It and
 * what it imports relatively are read as what they are written as, TypeScript and modules, whatever
 * a `package.json` beside them says. `castellan` and its packages are those that the folder has, or
 * else this installation. Throws a `ProgramError`.
 */
export async function importProgram(path: string, isAgain = false): Promise<unknown> {
  // Node keeps what it has imported, by its URL: whoever reads the program again names it anew.
  const mark = isAgain ? `?at=${performance.now()}` : '';
  const entry = pathToFileURL(realpathSync(path)).href + mark;
  const files: string[] = [];
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      // Node would read the package.json, which may be broken.
      if (specifier === entry) return { url: entry, shortCircuit: true };
      try {
        const found = next(specifier, context);
        return isOwnFile(found.url) ? { ...found, url: found.url + mark } : found;
      } catch (error) {
        const own = ownName(specifier);
        if (own === undefined) throw error;
        try {
          return next(own, { ...context, parentURL: import.meta.url });
        } catch {
          throw error;
        }
      }
    },
    load(url, context, next) {
      const isTheirs = url === entry || isOwnFile(url);
      const kind = isTheirs ? kinds[extname(new URL(url).pathname)] : undefined;
      if (kind === undefined) return next(url, context);
      const file = fileURLToPath(url);
      files.push(file);
      const source = readFileSync(file, 'utf8');
      if (kind === 'script' && isCommonJs(source)) return next(url, context);
      if (kind !== 'types') return { format: 'module', source, shortCircuit: true };
      // Node strips no types below node_modules.
      return url.includes('/node_modules/')
        ? { format: 'module', source: stripTypeScriptTypes(source), shortCircuit: true }
        : { format: 'module-typescript', source, shortCircuit: true };
    },
  });
  const late = new AbortController();
  try {
    const program = import(entry) as Promise<{ readonly default?: unknown }>;
    const { default: config } = await Promise.race([program, tooLate(late.signal)]);
    return config;
  } catch (error) {
    throw new ProgramError(error, files);
  } finally {
    late.abort();
    hooks.deregister();
  }
}

/** How a file is read, by its ending; Node decides about all others, and about CommonJS. */
const kinds: Readonly<Record<string, 'types' | 'module' | 'script' | undefined>> = {
  '.ts': 'types',
  '.mts': 'types',
  '.mjs': 'module',
  '.js': 'script',
};

/** Whether the file belongs to the program, and not to a package that it imports. */
function isOwnFile(url: string): boolean {
  return url.startsWith('file:') && !url.includes('/node_modules/');
}

/** Whether the text is a CommonJS module: it exports as one, and parses as one. */
function isCommonJs(source: string): boolean {
  if (!/\bexports\b/.test(source)) return false;
  try {
    compileFunction(source.replace(/^#!.*/, ''), ['exports', 'require', 'module']);
    return true;
  } catch {
    return false;
  }
}

/** The name by which this installation finds its own package; undefined for all others. */
function ownName(specifier: string): string | undefined {
  if (specifier === 'castellan') return '@castellan/server/config';
  return specifier.startsWith('@castellan/') ? specifier : undefined;
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await wait(patienceMs, undefined, { signal });
  throw new Error(`it has awaited something at its top level for ${patienceMs / 1_000} s`);
}
