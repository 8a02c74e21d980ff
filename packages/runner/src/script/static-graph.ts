import type { Files } from './files.ts';
import { Graph } from './graph.ts';

/** What a file and all that it imports statically import, as far as it is the script's own. */
export function staticGraph(files: Files, root: string): Graph<string> {
  const graph = new Graph<string>();
  const open = [root];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (graph.unit(file) !== undefined) continue;
    graph.add(file, { name: file, kind: files.kind(file), awaits: false });
    if (!files.isLinked(file)) continue;
    for (const { source } of files.prepared(file).analysis.requests) {
      const specifier = String(source.value);
      if (!files.isOwn(specifier)) continue;
      const target = files.resolve(specifier, file);
      graph.connect(file, specifier, target);
      open.push(target);
    }
  }
  return graph;
}
