import type { ImportDeclaration } from 'acorn';
import type { Analysis } from './analyze.ts';
import type { Edit } from './edits.ts';
import { exportedNames } from './exported-names.ts';

/** What stands around the function of a body, and what changes in its text. */
interface Scope {
  readonly before: string;
  readonly edits: readonly Edit[];
  readonly after: string;
}

/** Followed by the alias, the specifier of the module that exports what a file has from the guest. */
export const importHook = 'castellan:import';

/** `A` becomes `import()`, with what else the module needs as properties. */
export function hookImport(alias: string): string {
  return `import{x as ${alias}}from${JSON.stringify(importHook + alias)};`;
}

export const noScope: Scope = { before: '', edits: [], after: '' };

/**
 * Makes a file with static imports an ES module around the function that is its body, so that its
 * imports are hoisted and live, and its code is strict:
 *
 *     const AM=A.body((function(…){…the file…
 *     …}}),"a.js",false);export{AM as default,AM as "module.exports"};…names found in its text…
 *     import{x as A}from"castellan:import…";
 *     import { nope } from "lodash";
 *
 * In the text itself, each import becomes a semicolon and blanks. Imports stand at the end, each on a line
 * of its own, since V8 and Node quote the line of one that cannot be linked.
 */
export function moduleScope(
  source: string,
  analysis: Analysis,
  alias: string,
  file: string,
): Scope {
  const { imports, hasTopLevelAwait } = analysis;
  const wait = hasTopLevelAwait ? 'await ' : '';
  const names = exportedNames(source, analysis).filter((name) => name !== 'default');
  const exported = names.map((name, index) => {
    const quoted = JSON.stringify(name);
    return `const ${alias}${index}=${alias}M?.[${quoted}];export{${alias}${index} as ${quoted}};`;
  });
  return {
    before: `const ${alias}M=${wait}${alias}.body(`,
    edits: imports.map(({ start, end }) => ({
      start,
      end,
      text: `;${source.slice(start + 1, end).replaceAll(/[^\n\r\u2028\u2029]/g, ' ')}`,
    })),
    after: [
      `,${JSON.stringify(file)},${hasTopLevelAwait});export{${alias}M as default,${alias}M as "module.exports"};${exported.join('')}`,
      hookImport(alias),
      ...imports.map(importText),
    ].join('\n'),
  };
}

/** The import on one line, without comments. */
function importText({ specifiers, source, attributes }: ImportDeclaration): string {
  const whole: string[] = [];
  const named: string[] = [];
  for (const part of specifiers) {
    const { local } = part;
    if (part.type === 'ImportDefaultSpecifier') whole.unshift(local.name);
    else if (part.type === 'ImportNamespaceSpecifier') whole.push(`* as ${local.name}`);
    else {
      const name = nameText(part.imported);
      named.push(name === local.name ? name : `${name} as ${local.name}`);
    }
  }
  if (named.length > 0) whole.push(`{ ${named.join(', ')} }`);
  const given = (attributes ?? []).map(
    ({ key, value }) => `${nameText(key)}: ${JSON.stringify(value.value)}`,
  );
  const bindings = whole.length === 0 ? '' : `${whole.join(', ')} from `;
  const rest = given.length === 0 ? '' : ` with { ${given.join(', ')} }`;
  return `import ${bindings}${JSON.stringify(source.value)}${rest};`;
}

/** An imported name or a key. Whatever is no identifier is a text. */
function nameText(node: { readonly name: string } | { readonly value?: unknown }): string {
  return 'name' in node ? node.name : JSON.stringify(node.value);
}
