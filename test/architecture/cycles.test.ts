// No file, and no folder, may need itself: neither by values nor by types.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { root } from './sources.support.ts';
import { specifiersOf } from './specifiers.support.ts';

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Tests, and what only they use, may import anything. */
const isTest = (file: string): boolean => /\.(?:test|support)\.ts$|\/fixtures\//.test(file);

/** Relative imports between the files, type imports included. */
function fileGraph(sources: ReadonlyMap<string, string>): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [file, source] of sources) {
    const targets = specifiersOf(file, source)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => normalize(join(dirname(file), specifier)));
    graph.set(file, new Set(targets.filter((target) => sources.has(target))));
  }
  return graph;
}

/**
 * Imports between folders. A folder is the directory that a file lies in, and no part of the one
 * above it: a parent and its child make a circle when each imports the other. So the files of a
 * parent either put a child together with others, as those in `src` do, or are what it uses.
 */
function folderGraph(files: Graph): Graph {
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of files) {
    if (isTest(file)) continue;
    const folder = dirname(file);
    const reached = graph.get(folder) ?? new Set<string>();
    graph.set(folder, reached);
    for (const target of targets) {
      if (dirname(target) !== folder && !isTest(target)) reached.add(dirname(target));
    }
  }
  return graph;
}

/** The sets of nodes of which each reaches each other one: Tarjan's strongly connected components. */
function circles(graph: Graph): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (node: string): number => {
    const index = order.size;
    order.set(node, index);
    lowest.set(node, index);
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      const reached = order.has(next)
        ? open.includes(next)
          ? (order.get(next) ?? index)
          : index
        : visit(next);
      lowest.set(node, Math.min(lowest.get(node) ?? index, reached));
    }
    if (lowest.get(node) === index) {
      const circle = open.splice(open.indexOf(node));
      if (circle.length > 1 || graph.get(node)?.has(node) === true) found.push(circle.toSorted());
    }
    return lowest.get(node) ?? index;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}

function readSources(): ReadonlyMap<string, string> {
  const files = globSync('packages/*/{src,scripts}/**/*.{ts,tsx}', { cwd: root });
  assert.ok(files.length > 0);
  return new Map(files.toSorted().map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

test('no file and no folder imports itself, be it through others', () => {
  const files = fileGraph(readSources());
  assert.deepEqual([...circles(files), ...circles(folderGraph(files))], []);
});

const graphOf = (sources: Readonly<Record<string, string>>): Graph =>
  fileGraph(new Map(Object.entries(sources)));

test('circles finds files that import each other, by types and through others', () => {
  const graph = graphOf({
    'a/src/one.ts': "import type { Two } from './b/two.ts';",
    'a/src/b/two.ts': "export * from './three.ts';",
    'a/src/b/three.ts': "type One = import('../one.ts').One;",
    'a/src/b/four.ts': "import { one } from '../one.ts';",
  });
  assert.deepEqual(circles(graph), [['a/src/b/three.ts', 'a/src/b/two.ts', 'a/src/one.ts']]);
});

test('circles finds a parent and its child that import each other, but not because of tests', () => {
  const child = { 'a/src/b/two.ts': "import './c/three.ts';" };
  const parent = { 'a/src/b/c/three.ts': '', 'a/src/b/c/four.ts': "import '../five.ts';" };
  const both = folderGraph(graphOf({ ...child, ...parent, 'a/src/b/five.ts': '' }));
  assert.deepEqual(circles(both), [['a/src/b', 'a/src/b/c']]);
  const byTest = { 'a/src/b/c/four.test.ts': "import '../five.ts';", 'a/src/b/five.ts': '' };
  const graph = graphOf({ ...child, 'a/src/b/c/three.ts': '', ...byTest });
  assert.deepEqual(circles(folderGraph(graph)), []);
});
