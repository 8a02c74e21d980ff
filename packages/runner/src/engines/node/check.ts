import type { LoadFnOutput, ResolveFnOutput } from 'node:module';
import { inspect } from 'node:util';
import { describe } from '../../entry/failures.ts';
import type { Files } from '../../script/files.ts';
import { Refusal } from '../../script/refusal.ts';
import type { NodeBodies } from './bodies.ts';
import type { Loading } from './loader.ts';
import type { NodeModules } from './modules.ts';
import { urlOf } from '../../script/places.ts';
import { syntaxPlace } from './syntax.ts';

const linkScheme = 'castellan:link/';
const stopScheme = 'castellan:stop/';

/**
 * Node's loader for a check: it links a module of the script and evaluates nothing of it.
 *
 *     castellan:link/a.js    import "castellan:stop/a.js"; import "file:///script/a.js"
 *     castellan:stop/a.js    throw "stop"
 *
 * Everything is linked before anything is evaluated, and the stop is evaluated first. The script
 * cannot import these names, since they are no names of packages.
 */
export class Linking implements Loading {
  readonly #modules: NodeModules;

  constructor(modules: NodeModules) {
    this.#modules = modules;
  }

  /** Throws Node's own error for a module that cannot be linked. */
  async link(file: string): Promise<void> {
    const about = encodeURIComponent(file);
    try {
      await import(linkScheme + about);
    } catch (error) {
      if (error !== stopScheme + about) throw error;
    }
  }

  readonly resolve: Loading['resolve'] = (specifier, context, next): ResolveFnOutput => {
    const isOurs = specifier.startsWith(linkScheme) || specifier.startsWith(stopScheme);
    const isFromFile = context.parentURL?.startsWith(urlOf('')) === true;
    if (isOurs && !isFromFile) return { url: specifier, format: 'module', shortCircuit: true };
    return this.#modules.resolve(specifier, context, next);
  };

  readonly load: Loading['load'] = (url): LoadFnOutput | undefined => {
    const source = sourceOf(url);
    if (source === undefined) return this.#modules.load(url);
    return { format: 'module', source, shortCircuit: true };
  };
}

function sourceOf(url: string): string | undefined {
  if (url.startsWith(stopScheme)) return `throw ${JSON.stringify(url)}`;
  if (!url.startsWith(linkScheme)) return undefined;
  const about = url.slice(linkScheme.length);
  const imported = [stopScheme + about, urlOf(decodeURIComponent(about))];
  return imported.map((name) => `import ${JSON.stringify(name)};`).join('');
}

/** Compiles and links one file with Node. Throws a `Refusal` for a syntax error. */
export async function compile(
  file: string,
  files: Files,
  bodies: NodeBodies,
  linking: Linking,
): Promise<void> {
  try {
    if (files.isLinked(file)) await linking.link(file);
    else bodies.compile(file);
  } catch (error) {
    const failure = describe(error, (value) => inspect(value));
    if (failure.name !== 'SyntaxError') return;
    const { message } = failure;
    throw new Refusal('syntax_error', message, syntaxPlace(files, failure) ?? null);
  }
}

/** The global scope as a script will find it, its prototypes included. */
export function globalNames(): string[] {
  const names: string[] = [];
  for (let at: object | null = globalThis; at !== null; at = Object.getPrototypeOf(at) as object) {
    names.push(...Object.getOwnPropertyNames(at));
  }
  return names;
}
