import { CastellanError } from '@castellan/protocol';
import type { HelperTree } from '@castellan/protocol/frames';
import { shown } from '@castellan/protocol/kinds';
import { DeclaredHelper, type Helpers } from './helper.ts';
import { ownNames, platformNames } from './taken.ts';

/** All helpers of a sandbox: by path, to call them, and as a tree of names, which the box needs. */
export interface HelperTable {
  readonly byPath: ReadonlyMap<string, DeclaredHelper>;
  readonly tree: HelperTree;
}

/** Checks the names and flattens the groups. Throws `invalid_option`. */
export function helperTable(helpers: Helpers): HelperTable {
  const byPath = new Map<string, DeclaredHelper>();
  return { byPath, tree: flatten(helpers, [], byPath) };
}

function flatten(
  helpers: Helpers,
  path: readonly string[],
  byPath: Map<string, DeclaredHelper>,
): HelperTree {
  const tree: Record<string, 'async' | 'sync' | HelperTree> = {};
  for (const [name, value] of Object.entries(helpers)) {
    const here = [...path, name];
    const dotted = here.join('.');
    if (!/^[A-Za-z_$][\w$]{0,63}$/.test(name) || name === '__proto__' || here.length > 4) {
      throw new CastellanError(
        'invalid_option',
        `helpers: ${shown(dotted)} cannot be a name in a script.`,
        { option: `helpers.${dotted}` },
      );
    }
    const whose = path.length > 0 ? null : takenBy(name);
    if (whose !== null) {
      throw new CastellanError(
        'invalid_option',
        `helpers: ${shown(name)} is a name that scripts have from ${whose}; choose another, or put it into a group.`,
        { option: `helpers.${name}` },
      );
    }
    if (typeof value === 'function' || value instanceof DeclaredHelper) {
      const declared = typeof value === 'function' ? new DeclaredHelper(value, false, {}) : value;
      byPath.set(dotted, declared);
      tree[name] = declared.isSync ? 'sync' : 'async';
    } else if (typeof value === 'object' && value !== null) {
      tree[name] = flatten(value, here, byPath);
    } else {
      throw new CastellanError(
        'invalid_option',
        `helpers.${dotted} must be a function or an object of functions, not ${shown(value)}.`,
        { option: `helpers.${dotted}`, value },
      );
    }
  }
  return tree;
}

function takenBy(name: string): string | null {
  if (ownNames.has(name)) return 'Castellan';
  return platformNames.has(name) ? 'their platform' : null;
}
