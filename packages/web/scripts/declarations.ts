/** Cuts the declarations of some globals out of TypeScript's own, with all types that they mention. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';
import { declaredHere, webGlobals } from './globals.ts';

const { resolve } = createRequire(import.meta.url);

/** The names of `declaredHere` hide TypeScript's own. */
const instead = new Set(
  [...declaredHere.matchAll(/^(?:declare \w+|type) (\w+)/gm)].map(([, name]) => name),
);

/** The declarations of what `webGlobals` names, for an editor that knows ECMAScript alone. */
export function webDeclarations(): string {
  const statements = ['webworker', 'webworker.iterable', 'webworker.asynciterable'].flatMap(
    (name) => [...parse(resolve(`typescript/lib/lib.${name}.d.ts`)).statements],
  );
  const byName = Map.groupBy(statements, nameOf);
  const kept = new Set<ts.Statement>();
  const waiting = [...webGlobals, 'AddEventListenerOptions', 'EventListenerOrEventListenerObject'];
  const seen = new Set<string>();
  const roots = new Set(webGlobals);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (instead.has(name)) continue;
    for (const statement of byName.get(name) ?? []) {
      const isValue = ts.isVariableStatement(statement) || ts.isFunctionDeclaration(statement);
      if (isValue && !roots.has(name)) continue;
      kept.add(statement);
      waiting.push(...mentions(statement));
    }
  }
  const missing = webGlobals.filter((name) => !byName.has(name));
  if (missing.length > 0) throw new Error(`TypeScript has no ${missing.join(', ')}`);
  const texts = statements.filter((each) => kept.has(each)).map((each) => each.getText());
  return `${texts.join('\n')}${declaredHere}`;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations[0]?.name.getText() ?? '';
  const { name } = statement as unknown as ts.DeclarationStatement;
  return name?.getText() ?? '';
}

/** The types that a statement refers to. */
function mentions(node: ts.Node): string[] {
  const found: string[] = [];
  const visit = (each: ts.Node): void => {
    if (ts.isTypeReferenceNode(each)) found.push(each.typeName.getText());
    else if (ts.isExpressionWithTypeArguments(each)) found.push(each.expression.getText());
    ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
}

/** Puppeteer's types, complete but for those of the protocol below it. */
export function puppeteerDeclarations(): string {
  const file = resolve('puppeteer-core').replace(/lib\/.*$/, 'lib/types.d.ts');
  return readFileSync(file, 'utf8');
}
