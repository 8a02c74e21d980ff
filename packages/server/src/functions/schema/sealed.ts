import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const isSource = import.meta.url.endsWith('.ts');

/** The program that compares, as it was built or as it is written. */
export const program = fileURLToPath(new URL(`program.${isSource ? 'ts' : 'js'}`, import.meta.url));

/** The packages that it imports. */
const imported = ['ajv', 'ajv-formats'];

/**
 * Flags of Node for a process that may read the program and the packages it is made of, and do nothing
 * else to the machine: no other file, no process, no thread, no add-on. A network is not among what Node can refuse.
 */
export function sealedFlags(): string[] {
  return [
    '--permission',
    `--allow-fs-read=${program}`,
    ...foldersOf(imported).map((folder) => `--allow-fs-read=${folder}/*`),
  ];
}

/** Where packages lie, with all that they depend on. */
function foldersOf(names: readonly string[]): string[] {
  const folders = new Set<string>();
  const add = (name: string, from: string): void => {
    const require = createRequire(from);
    const file = require.resolve(`${name}/package.json`);
    if (folders.has(dirname(file))) return;
    folders.add(dirname(file));
    const { dependencies = {} } = require(file) as { dependencies?: object };
    for (const next of Object.keys(dependencies)) add(next, file);
  };
  for (const name of names) add(name, import.meta.url);
  return [...folders];
}
