// So much garbage of every age that collecting it takes all the time that there is.
const old = [];
const registry = new FinalizationRegistry(() => 0);
const weak = new WeakMap();
for (let at = 0; ; at++) {
  const key = { at };
  weak.set(key, { key, more: new Array(8).fill(key) });
  registry.register(key, at);
  old[at % 40_000] = { key, ref: new WeakRef(key), before: old[(at * 7) % 40_000]?.key };
}
