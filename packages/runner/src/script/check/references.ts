/**
 * Reads one parsed file for a check. Built as a file of its own, which the runner loads at the first
 * check, so that the start of a box does not pay for it.
 */
import type { Program } from 'acorn';
import { analyze, type Scope } from 'eslint-scope';
import type { Analysis } from '../analyze.ts';
import { type AnyNode, isNode, identifier, isFunction, literal, memberOf, walk } from '../tree.ts';

/** A word in a file; `offset` in UTF-16 units. */
export interface Mention {
  readonly name: string;
  readonly offset: number;
}

/** A module that a file imports. */
export interface Wanted extends Mention {
  readonly how: 'import' | 'require';
}

/** What one file refers to. */
export interface References {
  readonly kind: Analysis['kind'];
  /** Specifiers of `import`, `export … from`, and of `import()` and `require()` of a literal. */
  readonly modules: readonly Wanted[];
  /** Names that the file uses and does not declare, the first mention of each. */
  readonly free: readonly Mention[];
  /** Names that it defines on the global scope, or tests with `typeof`. */
  readonly known: readonly string[];
  /** Whether it may define others: it hands the global scope around, or makes code out of text. */
  readonly isOpen: boolean;
}

/** Names of the global scope itself. */
const scopes = new Set(['globalThis', 'self', 'global', 'window']);

/** What runs text as code on the global scope. */
const makers = new Set(['eval', 'Function']);

/** Methods whose function arguments run in a browser page, with its globals. */
const inPage = new Set([
  'evaluate',
  'evaluateHandle',
  'evaluateOnNewDocument',
  '$eval',
  '$$eval',
  'waitForFunction',
  'addInitScript',
]);

export function references(program: Program, { kind }: Pick<Analysis, 'kind'>): References {
  const modules: Wanted[] = [];
  const known: string[] = [];
  const elsewhere: { readonly start: number; readonly end: number }[] = [];
  const requires: Wanted[] = [];
  /** Mentions of the scope that do no harm: one known member is reached, or nothing. */
  const members = new Set<unknown>();
  let imports = false;
  let isOpen = false;

  walk(program, (node) => {
    // The analyser reads the ranges of names and bodies only; ranges on all nodes would be half the tree.
    if (node.type === 'Identifier') giveRange(node);
    if (isNode(node['body'])) giveRange(node['body']);
    const { type, start } = node;
    if (type === 'ImportDeclaration') imports = true;
    const source = literal(node['source']);
    // The place of an import is where its statement begins, as in the errors of a run.
    if (source !== undefined) modules.push({ name: source, offset: start, how: 'import' });
    // The walk meets an object before the name in it.
    if (type === 'MemberExpression' && memberOf(node) !== undefined) members.add(node['object']);
    if (type === 'ExpressionStatement') members.add(node['expression']);
    const name = identifier(node) ?? '';
    if ((makers.has(name) || scopes.has(name)) && !members.has(node)) isOpen = true;
    if (type === 'TryStatement' && node['handler'] !== null)
      elsewhere.push(node['block'] as AnyNode);
    if (type === 'CallExpression') {
      const { callee, arguments: args } = node as unknown as {
        callee: unknown;
        arguments: unknown[];
      };
      const wanted = literal(args[0]);
      if (identifier(callee) === 'require' && wanted !== undefined) {
        requires.push({ name: wanted, offset: start, how: 'require' });
      }
      if (inPage.has(memberOf(callee) ?? '')) elsewhere.push(...args.filter(isFunction));
    } else if (type === 'UnaryExpression' && node['operator'] === 'typeof') {
      known.push(identifier(node['argument']) ?? '');
    } else if (type === 'AssignmentExpression') {
      const { left } = node as unknown as { left: { object?: AnyNode } };
      const isScope =
        scopes.has(identifier(left.object) ?? '') || left.object?.type === 'ThisExpression';
      if (isScope) known.push(memberOf(left) ?? '');
    }
  });

  const isModule = kind === 'module';
  const { globalScope } = analyze(program as never, {
    ecmaVersion: 2025,
    // The analyser allows import declarations in modules only.
    sourceType: isModule || imports ? 'module' : 'commonjs',
  });
  const isElsewhere = within(elsewhere);
  const free = new Map<string, Mention>();
  let isOwnRequire = true;
  for (const reference of globalScope?.through ?? []) {
    const { name } = reference.identifier as unknown as { name: string };
    const [offset = 0] = reference.identifier.range ?? [];
    if (name === 'require') isOwnRequire = false;
    // Assigning to an undeclared name makes a global, except in strict code.
    if (reference.isWriteOnly() && !isModule) known.push(name);
    if (isUnsure(reference.from)) continue;
    if (isElsewhere(offset)) continue;
    const first = free.get(name);
    if (first === undefined || offset < first.offset) free.set(name, { name, offset });
  }
  if (!isOwnRequire && !isModule) modules.push(...requires);
  return {
    kind,
    modules,
    free: [...free.values()],
    known: known.filter((name) => name !== ''),
    isOpen,
  };
}

/** Whether an offset lies in one of the ranges, which may be nested; each is looked at once. */
function within(
  ranges: readonly { readonly start: number; readonly end: number }[],
): (offset: number) => boolean {
  const outer: { readonly start: number; readonly end: number }[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    if (range.start >= (outer.at(-1)?.end ?? 0)) outer.push(range);
  }
  return (offset) => {
    let [low, high] = [0, outer.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((outer[middle]?.end ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return (outer[low]?.start ?? Infinity) <= offset;
  };
}

/** Inside `with`, or beside a direct `eval`, a name may mean anything. */
function isUnsure(from: Scope): boolean {
  for (let scope: Scope | null = from; scope !== null; scope = scope.upper) {
    if (scope.type === 'with' || (scope.type !== 'global' && scope.dynamic)) return true;
  }
  return false;
}

function giveRange(node: AnyNode): void {
  Object.assign(node, { range: [node.start, node.end] });
}
