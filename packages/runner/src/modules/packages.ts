import { type JobMessage, type Member, type ModuleSet, moduleSetFormat } from '@castellan/protocol';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.ts';

/** A built set of modules and the folder that it is in. */
export interface Shelf {
  readonly folder: string;
  readonly set: ModuleSet;
}

/** What a box has to load in isolates. Scripts can import from the last two. */
export interface Shelves {
  /** The platform's own libraries. */
  readonly libraries: Shelf;
  readonly builtins: Shelf;
  readonly packages: Shelf | undefined;
  /** Which compiled code the isolates of this process take. */
  readonly codeKey: string;
}

/** Reads the table of a built set. The folder is part of the box; whoever made the box has checked it. */
export function openShelf(folder: string): Shelf {
  const set = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ModuleSet;
  if (set.format !== moduleSetFormat) {
    throw new Error(`${folder} has format ${String(set.format)}, not ${moduleSetFormat}: build it again`);
  }
  return { folder, set };
}

/** A module that a bare specifier led to. */
export interface Found {
  /** `packages/a.js#0`: the name that the guest's `Bundles` knows it by. */
  readonly path: string;
  readonly member: Member;
}

/** What one run may import by name. */
export class Packages {
  readonly #shelves: Shelves;
  readonly #allowed: readonly string[];

  constructor(shelves: Shelves, modules: JobMessage['modules']) {
    this.#shelves = shelves;
    const all = Object.keys(shelves.packages?.set.packages ?? {});
    this.#allowed = [...new Set(modules ?? all)].toSorted();
  }

  /** The module that a bare `specifier` means. Throws a `Refusal` that says why there is none. */
  find(specifier: string, how: 'import' | 'require'): Found {
    const { builtins, packages } = this.#shelves;
    const builtinName = specifier.replace(/^node:/, '');
    const builtin = own(builtins.set.specifiers, builtinName);
    const isAllowed = this.#allowed.some((name) =>
      builtin === undefined ? covers(name, specifier) : covers(name.replace(/^node:/, ''), builtinName),
    );
    if (!isAllowed) throw new Refusal('module_denied', this.#denied(specifier));
    if (builtin !== undefined) return found('builtins', builtins.set, builtin, how);
    const inPackage = packages === undefined ? undefined : own(packages.set.specifiers, specifier);
    if (packages === undefined || inPackage === undefined) {
      throw new Refusal('module_not_found', `Module ${JSON.stringify(specifier)} was not found`);
    }
    return found('packages', packages.set, inPackage, how);
  }

  /** Whether a built-in is allowed as a whole. */
  allowsBuiltin(name: string): boolean {
    return this.#allowed.some((allowed) => allowed.replace(/^node:/, '') === name);
  }

  #denied(specifier: string): string {
    const allowed = this.#allowed.length === 0 ? 'none' : this.#allowed.join(', ');
    return `Module ${JSON.stringify(specifier)} is not allowed. Allowed: ${allowed}`;
  }
}

/** A name allows itself and everything below it. */
function covers(name: string, specifier: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

function found(shelf: string, set: ModuleSet, pair: readonly [number, number], how: 'import' | 'require'): Found {
  const member = set.members[pair[how === 'import' ? 0 : 1]];
  if (member === undefined) throw new Error(`the manifest of ${set.name} is damaged`);
  return { path: `${shelf}/${member.bundle}#${member.index}`, member };
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
