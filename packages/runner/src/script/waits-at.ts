import type { Node, Program } from 'acorn';
import { analyze } from './analyze.ts';
import { type AnyNode, identifier, isFunction, isNode, memberOf } from './tree.ts';
import { entryName } from './entry-calls.ts';
import type { Files } from './files.ts';
import { positionAt } from './origin.ts';
import type { Place } from './refusal.ts';

/**
 * Where a script waits that has not settled, as far as its text tells: the only place in its files
 * where it can. Null when there are several, or none that the text shows.
 */
export function waitsAt(files: Files): Place | null {
  const found = files.names
    .filter((file) => files.parsed(file) !== undefined)
    .flatMap((file) => {
      const program = programOf(files, file);
      if (program === undefined) return [];
      return new Waits(program).places(file === files.entry).map((node) => ({ file, node }));
    });
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) return null;
  const { file, node } = only;
  return files.written({ file, ...positionAt(files.prepared(file).source, node.start) });
}

/** The longest source whose tree is made: it may take a hundred times as much memory. */
const largest = 2 ** 18;

function programOf(files: Files, file: string): Program | undefined {
  const { source, analysis } = files.prepared(file);
  if (source.length > largest) return undefined;
  const parsed = analyze(source, analysis.kind === 'module', true);
  return 'message' in parsed ? undefined : parsed.program;
}

/** The places of one file where its top level, or the function that makes its value, may wait. */
class Waits {
  readonly #program: Program;
  /** Functions by the names that they are declared with at the top level. */
  readonly #functions = new Map<string, AnyNode>();
  readonly #seen = new Set<Node>();

  constructor(program: Program) {
    this.#program = program;
    for (const statement of program.body) this.#note(statement as AnyNode);
  }

  /** `hasValue`: the file is the entry, so the run waits for its value too. */
  places(hasValue: boolean): AnyNode[] {
    const own = this.#own(this.#program as unknown as AnyNode);
    const waits = own.flatMap((node) => this.#awaited(node));
    if (!hasValue) return waits;
    const exported = this.#program.body.find(({ type }) => type === 'ExportDefaultDeclaration');
    const last = this.#program.body.findLast(({ type }) => type === 'ExpressionStatement');
    const values =
      exported === undefined
        ? [
            this.#functions.get(entryName),
            ...own.flatMap(returned),
            (last as AnyNode | undefined)?.['expression'],
          ]
        : [(exported as unknown as AnyNode)['declaration']];
    return likely([...waits, ...values.flatMap((value) => this.#value(value, true))]);
  }

  #note(statement: AnyNode): void {
    const inner = statement['declaration'];
    if (isNode(inner)) return this.#note(inner);
    const name = identifier(statement['id']);
    if (statement.type === 'FunctionDeclaration' && name !== undefined)
      this.#functions.set(name, statement);
    if (statement.type !== 'VariableDeclaration') return;
    for (const each of statement['declarations'] as AnyNode[]) {
      const variable = identifier(each['id']);
      if (variable !== undefined && isFunction(each['init']))
        this.#functions.set(variable, each['init']);
    }
  }

  /** The nodes of a function or a program, without those of functions in it. */
  #own(root: AnyNode): AnyNode[] {
    const nodes: AnyNode[] = [];
    const open: unknown[] = [root];
    for (let part = open.pop(); open.length > 0 || part !== undefined; part = open.pop()) {
      if (Array.isArray(part)) open.push(...(part as unknown[]));
      if (!isNode(part)) continue;
      if (part !== root && /Function/.test(part.type)) continue;
      nodes.push(part);
      open.push(...Object.values(part));
    }
    return nodes;
  }

  /** What a node that awaits waits for: in the function that it calls, if that has a single place. */
  #awaited(node: AnyNode): AnyNode[] {
    const awaits =
      node.type === 'AwaitExpression' ||
      (node.type === 'ForOfStatement' && node['await'] === true) ||
      (node.type === 'VariableDeclaration' && node['kind'] === 'await using');
    if (!awaits) return [];
    const { argument } = node as { readonly argument?: unknown };
    // What an import waits for is in the file that it imports.
    if (isNode(argument) && argument.type === 'ImportExpression') return [];
    const inner = this.#called(argument);
    return inner.length === 1 ? inner : [node];
  }

  /** Where a value is waited for. `isEntry`: a function is called for it. */
  #value(value: unknown, isEntry: boolean): AnyNode[] {
    if (!isNode(value) || settled.has(value.type) || memberOf(value['callee'], 'console'))
      return [];
    if (value.type === 'AssignmentExpression') return this.#value(value['right'], isEntry);
    if (isEntry && /Function/.test(value.type)) return this.#in(value);
    const named = isEntry ? this.#functions.get(identifier(value) ?? '') : undefined;
    if (named !== undefined) return this.#in(named);
    const inner = this.#called(value);
    return inner.length === 1 ? inner : [value];
  }

  /** The places in the function of this file that an expression calls. */
  #called(value: unknown): AnyNode[] {
    if (!isNode(value) || value.type !== 'CallExpression') return [];
    const { callee } = value as { readonly callee?: unknown };
    const called = isFunction(callee) ? callee : this.#functions.get(identifier(callee) ?? '');
    return called === undefined ? [] : this.#in(called);
  }

  #in(called: AnyNode): AnyNode[] {
    if (this.#seen.has(called)) return [];
    this.#seen.add(called);
    const own = this.#own(called);
    const { body } = called as { readonly body?: unknown };
    const values = isNode(body) && body.type !== 'BlockStatement' ? [body] : own.flatMap(returned);
    const waits = own.flatMap((node) => this.#awaited(node));
    return likely([...waits, ...values.flatMap((value) => this.#value(value, false))]);
  }
}

/** A variable that is returned was rather awaited before than holds a promise. */
function likely(nodes: AnyNode[]): AnyNode[] {
  const others = nodes.filter(({ type }) => type !== 'Identifier' && type !== 'MemberExpression');
  return others.length > 0 ? others : nodes;
}

function returned(node: AnyNode): unknown[] {
  return node.type === 'ReturnStatement' ? [node['argument']] : [];
}

/** Expressions that are no promise, or are looked at as what they await. */
const settled = new Set([
  'ArrayExpression',
  'AwaitExpression',
  'BinaryExpression',
  'ClassExpression',
  'Literal',
  'ObjectExpression',
  'TemplateLiteral',
  'UnaryExpression',
  'UpdateExpression',
]);
