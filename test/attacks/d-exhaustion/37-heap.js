// The heap filled in one shape after another: push, concat, spread, fill, Map, Set, Object.assign.
const kept = [];
const objects = () => Array.from({ length: 1e5 }, () => ({}));
const pairs = () => objects().map((object) => [object, object]);
// The copy that the console makes of what an iterator has left or a weak collection holds.
const preview = (make) => {
  kept[0] ??= make();
  kept.push(new Array(2e5).fill(1.5));
  console.dir(kept[0], { showHidden: true, maxArrayLength: 0 });
};
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
  'map previews': () => preview(() => new Map(pairs()).entries()),
  'set previews': () => preview(() => new Set(objects()).values()),
  // Their members are held too, so that they stay in.
  'weak map previews': () => preview(() => new WeakMap((kept[1] ??= pairs()))),
  'weak set previews': () => preview(() => new WeakSet((kept[1] ??= objects()))),
};
for (;;) shapes[params.kind]();
