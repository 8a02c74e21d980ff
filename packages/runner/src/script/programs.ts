/**
 * Programs of the runner that few runs need: each is loaded at its first use, so that the start of a box
 * does not pay for it. Their time and memory are those of the run.
 */
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { codeFile, programsFile } from '@castellan/protocol/runtimes';
import { Shelf } from './shelf.ts';

/** What the build makes of each: the body of a CommonJS module as a function. */
type Program = (module: { exports: unknown }, require: (name: string) => unknown) => void;

/** Read at the start, since a script may change `process.argv`. */
const [, runner = '', programKey = ''] = process.argv;
const path = join(dirname(runner), programsFile);

let kept: Shelf | undefined;
const loaded = new Map<string, unknown>();

/** Keeps the shelf open, for a process that can open nothing when a run begins. */
export function keepPrograms(): void {
  kept = new Shelf(path);
}

/**
 * Loads the one of that name on the shelf, or returns what was loaded: what its source exports. Compiled code
 * of it counts if this very V8 made it.
 */
export function program<Exports>(name: string): Exports {
  if (!loaded.has(name)) loaded.set(name, load(name));
  return loaded.get(name) as Exports;
}

/** A text that stands beside them. */
export function textOfPrograms(name: string): string {
  return reading((shelf) => textOf(shelf, name));
}

function load(name: string): unknown {
  const script = reading((shelf) => {
    const code = shelf.read(codeFile(name, programKey));
    return new Script(textOf(shelf, name), {
      filename: `castellan:${name.replace(/\.js$/, '')}`,
      ...(code === undefined ? {} : { cachedData: code }),
    });
  });
  const module = { exports: {} };
  (script.runInThisContext() as Program)(module, process.getBuiltinModule);
  return module.exports;
}

function textOf(shelf: Shelf, name: string): string {
  const text = shelf.text(name, 'latin1');
  if (text === undefined) throw new Error(`${name} is missing among the programs of this box`);
  return text;
}

/** A script that shares this process may close what it finds open, so nothing stays so for long there. */
function reading<Value>(act: (shelf: Shelf) => Value): Value {
  if (kept !== undefined) return act(kept);
  using shelf = new Shelf(path);
  return act(shelf);
}
