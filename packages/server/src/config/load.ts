import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, readConfig } from './config.ts';
import { configError, type Sources } from './read.ts';

/** File names that are tried in the current folder when no file is named. */
const names = [
  'castellan.config.ts',
  'castellan.config.mjs',
  'castellan.config.js',
  'castellan.config.json',
];

/** Reads the file, the environment and the flags. Throws `invalid_option`. */
export async function loadConfig(
  named: string | undefined,
  flags: NonNullable<Sources['flags']> = {},
  env: Sources['env'] = process.env,
): Promise<Config> {
  const file =
    named === undefined ? names.find((name) => existsSync(join(process.cwd(), name))) : named;
  if (file === undefined) return readConfig({ env, flags });
  const path = resolve(file);
  return readConfig({ given: await readConfigFile(path), env, flags }, path);
}

/**
 * Returns the content of a config file: the document of a `.json`, the default export of a module.
 */
export async function readConfigFile(path: string): Promise<unknown> {
  if (!existsSync(path)) throw configError(`The config file ${path} does not exist.`);
  try {
    if (path.endsWith('.json')) return JSON.parse(readFileSync(path, 'utf8')) as unknown;
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    if (module.default !== undefined) return module.default;
  } catch (error) {
    throw configError(`The config file ${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  throw configError(`The config file ${path} has no default export.`, {
    fix: 'export default defineConfig({ … });',
  });
}
