import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { codeFile } from '@castellan/protocol/runtimes';
import type { transform } from './transformer.ts';

/** Read at the start, since a script may change `process.argv`. */
const [, program = '', programKey = ''] = process.argv;

type Program = (module: { exports: { transform?: typeof transform } }) => void;

let loaded: typeof transform | undefined;

/**
 * Loads the transformer at the first file that needs it: boxes that never see one pay nothing. It is
 * compiled by the build, as the runner is. Its time and memory are those of the run.
 */
export function transformer(): typeof transform {
  loaded ??= load();
  return loaded;
}

function load(): typeof transform {
  const folder = dirname(program);
  const code = join(folder, codeFile('transformer.js', programKey));
  const script = new Script(readFileSync(join(folder, 'transformer.js'), 'latin1'), {
    filename: 'castellan:transformer',
    ...(existsSync(code) ? { cachedData: readFileSync(code) } : {}),
  });
  const module: Parameters<Program>[0] = { exports: {} };
  (script.runInThisContext() as Program)(module);
  const { transform: exported } = module.exports;
  if (exported === undefined) throw new Error('the transformer exports nothing');
  return exported;
}
