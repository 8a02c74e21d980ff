/**
 * Node's own JavaScript of `zlib` for the isolate, read from the Node that builds: all that it needs of the
 * rest of Node is in `guest/builtins/zlib/internals.ts` and `binding.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants } from 'node:zlib';

/** Node's way to the text of its modules, which it keeps for those who patch it. */
const sources = (process as unknown as { binding(name: string): Record<string, string> }).binding(
  'natives',
);

/** Writes a module to `folder` that exports `nodeZlib`, and returns its file. */
export function nodeSource(folder: string): string {
  const source = sources['zlib'];
  if (source === undefined) throw new Error('This Node does not tell what its zlib is made of');
  const text = `export function nodeZlib({ binding, buffer, internals, stream }) {
  const bindings = { zlib: binding, constants: { zlib: ${JSON.stringify(constants)} } };
  const internalBinding = (name) => bindings[name];
  const modules = { buffer, stream, 'internal/assert': internals.assert };
  const load = (name) => modules[name] ?? internals;
  const primordials = { ${primordialsOf(source).join(', ')} };
  const module = { exports: {} };
  {
${source.replaceAll(/\brequire\(/g, 'load(')}
  }
  return module.exports;
}
`;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'zlib.js');
  writeFileSync(file, text);
  return file;
}

/** The copyright that the text begins with. */
export const nodeNotice = (): string =>
  (sources['zlib'] ?? '')
    .split('\n')
    .filter((_line, index, lines) => lines.slice(0, index + 1).every((one) => one.startsWith('//')))
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');

/** Node's names for the language's functions, `ObjectKeys` for `Object.keys`. */
function primordialsOf(source: string): string[] {
  const [, names = ''] = /const \{([^}]*)\} = primordials;/.exec(source) ?? [];
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      if (name in globalThis) return `${name}: globalThis.${name}`;
      const [, holder = '', first = '', rest = ''] = /^([A-Z][a-z]+)(\w)(\w*)$/.exec(name) ?? [];
      const member = first.toLowerCase() + rest;
      const found = (globalThis as unknown as Record<string, Record<string, unknown>>)[holder];
      const own = [member, first + rest].find((one) => typeof found?.[one] === 'function');
      if (own === undefined) throw new Error(`Node's zlib needs ${name}, which is not known here`);
      return `${name}: globalThis.${holder}.${own}`;
    });
}
