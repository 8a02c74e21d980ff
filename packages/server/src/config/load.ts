import { CastellanError } from '@castellan/protocol';
import { isRecord, shown } from '@castellan/protocol/kinds';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { type Config, readConfig } from './config.ts';
import { placeOf } from './place.ts';
import { importProgram, ProgramError } from './program.ts';
import { configError, type Flags, type Sources } from './read.ts';

/** File names that are tried in the current folder when no file is named. */
const names = [
  'castellan.config.ts',
  'castellan.config.mts',
  'castellan.config.mjs',
  'castellan.config.js',
  'castellan.config.json',
];

/**
 * Reads the file, the environment and the flags, of the service and of its default policy. `isAgain`: this
 * process has read it before, and it may have changed. Throws `invalid_option`.
 */
export async function loadConfig(
  named: string | undefined,
  flags: Flags = {},
  env: Sources['env'] = process.env,
  policyFlags: Flags = {},
  isAgain = false,
): Promise<Config> {
  const file =
    named === undefined ? names.find((name) => existsSync(join(process.cwd(), name))) : named;
  if (file === undefined) return readConfig({ env, flags, policyFlags });
  const path = resolve(file);
  const given = await readConfigFile(path, isAgain);
  try {
    return readConfig({ given, env, flags, policyFlags }, path);
  } catch (error) {
    // A getter of the config threw.
    throw error instanceof CastellanError ? error : unusable(path, error, []);
  }
}

/** The endings that a config file may have. */
const endings = ['.ts', '.mts', '.js', '.mjs', '.json', '.cjs', '.cts'];

const fix = 'export default defineConfig({ … });';

/**
 * Returns the content of a config file: the document of a `.json`, the default export of a program.
 * Throws `invalid_option` with the place of what is wrong.
 */
export async function readConfigFile(
  path: string,
  isAgain = false,
): Promise<Record<string, unknown>> {
  if (!endings.includes(extname(path))) {
    throw configError(
      `The config file ${path} must end in ${endings.slice(0, -2).join(', ')}, not ${shown(extname(path))}.`,
    );
  }
  const config = await contentOf(path, isAgain);
  if (config === undefined) {
    throw configError(`The config file ${path} has no default export.`, { fix });
  }
  if (isRecord(config)) return config;
  throw configError(`The config file ${path} must give an object, not ${shown(config)}.`, {
    fix: path.endsWith('.json') ? null : fix,
  });
}

async function contentOf(path: string, isAgain: boolean): Promise<unknown> {
  try {
    // Before it is imported: what the system says about a file is clearer than what a loader says.
    const text = readFileSync(path, 'utf8');
    if (!path.endsWith('.json')) return await importProgram(path, isAgain);
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch (error) {
    const { cause, files } =
      error instanceof ProgramError ? error : { cause: error, files: [] as string[] };
    throw unusable(path, cause, files);
  }
}

function unusable(path: string, cause: unknown, files: readonly string[]): CastellanError {
  return configError(sentence(path, cause, files), { cause });
}

/** What is wrong with the file, and where, on one line. */
function sentence(path: string, error: unknown, files: readonly string[]): string {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (syscall !== undefined && files.length === 0) {
    if (code === 'ENOENT') return `The config file ${path} does not exist.`;
    if (code === 'EISDIR') return `The config file ${path} is a folder.`;
    if (code === 'EACCES') return `The config file ${path} may not be read by this user.`;
  }
  if (path.endsWith('.json'))
    return `The config file ${path} is not JSON: ${(error as Error).message}.`;
  const place = placeOf(error, files);
  const where =
    place === null ? '' : `:${place.line}${place.column === null ? '' : `:${place.column}`}`;
  const inOther = place === null || place.file === path ? '' : `, in ${place.file}${where}`;
  const subject = `The config file ${path}${inOther === '' ? where : ''}`;
  const what =
    error instanceof Error ? `${error.name}: ${error.message}` : `it throws ${shown(error)}`;
  const line = what.replaceAll(/\s*\n\s*/g, ' ').replace(/\.$/, '');
  const erasable =
    code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
      ? ' Types are removed, nothing else is translated: no enum, no namespace with values, no parameter properties.'
      : '';
  return `${subject} cannot be used: ${line.slice(0, 500)}${inOther}.${erasable}`;
}
