import type { LoadHookContext } from 'node:module';
import type { Attributes } from '../../script/attributes.ts';

/** The global symbol of the function that returns a body's exports to ES modules. */
export const bridge = 'castellan.bridge';

/**
 * What a body with a module around it imports. Node keeps this module, also where the rehearsal has
 * loaded it for a run of its own.
 */
export const hookSource = `export const x={body:(f,n)=>globalThis[Symbol.for('${bridge}')].body(f,n)}`;

/** The attributes of an import as a plain object. */
export function plain(attributes: LoadHookContext['importAttributes'] = {}): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/** The source of an ES module that re-exports a body, as Node does for CommonJS. */
export function bridgeTo(file: string, isAsync: boolean, names: readonly string[]): string {
  const own = [...new Set(names)].filter((name) => name !== 'default' && name !== 'module.exports');
  const each = own.map(
    (name, index) =>
      `const n${index}=m?.[${JSON.stringify(name)}];export{n${index} as ${JSON.stringify(name)}};`,
  );
  const get = `globalThis[Symbol.for('${bridge}')](${JSON.stringify(file)})`;
  return `const m=${isAsync ? 'await ' : ''}${get};export{m as default,m as "module.exports"};${each.join('')}`;
}
