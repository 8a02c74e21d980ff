// The heap filled in one shape after another: push, concat, spread, fill, Map, Set, Object.assign.
const kept = [];
const shapes = {
  push: () => kept.push({ a: {} }),
  concat: () => { kept[0] = [].concat(kept[0] ?? [1], kept[0] ?? [1]); },
  spread: () => { kept[0] = [...(kept[0] ?? [1]), ...(kept[0] ?? [1])]; },
  fill: () => kept.push(new Array(1e6).fill(1.5)),
  map: () => { (kept[0] ??= new Map()).set({}, [{}]); },
  set: () => { (kept[0] ??= new Set()).add([{}]); },
  assign: () => kept.push(Object.assign({}, kept.slice(-100))),
  string: () => { kept[0] = (kept[0] ?? 'x') + (kept[0] ?? 'x'); kept[0].charCodeAt(0); },
  json: () => kept.push(JSON.parse('['.repeat(1_000) + ']'.repeat(1_000))),
  closures: () => { const local = new Array(100).fill(kept); kept.push(() => local); },
  symbols: () => kept.push(Symbol(`s${kept.length}`), Symbol.for(`f${kept.length}`)),
  properties: () => { (kept[0] ??= {})[`key${Math.random()}`] = {}; },
  promises: () => kept.push(new Promise(() => 1).then(() => kept)),
  generators: () => kept.push((function* () { yield* kept; })().next()),
  registries: () => { const registry = new FinalizationRegistry(() => 1); kept.push(registry); registry.register(kept, {}, {}); },
  bigints: () => kept.push(2n ** BigInt(1e6 + kept.length)),
  functions: () => kept.push(Function(`return ${kept.length} + (() => { ${'x;'.repeat(1_000)} })`)),
};
for (;;) shapes[params.kind]();
