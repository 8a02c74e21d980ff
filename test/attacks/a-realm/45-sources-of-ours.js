// The text of every function within reach, as it tells: paths, names and numbers of the machine that built it.
async function execute() {
  const seen = new Set();
  const queue = [globalThis, require, echo, artifacts, console, params];
  const found = new Set();
  let functions = 0;
  for (let at = 0; at < queue.length && at < 20_000; at++) {
    const value = queue[at];
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    if (typeof value === 'function') {
      functions++;
      const text = Function.prototype.toString.call(value);
      for (const [path] of text.matchAll(/(?:\/[\w.@-]+){3,}|file:\/\/\S+|[A-Z_]{4,}=\S+|canary-\w+/g)) found.add(path.slice(0, 200));
    }
    for (const key of Reflect.ownKeys(value)) {
      const { value: held, get, set } = Object.getOwnPropertyDescriptor(value, key);
      queue.push(held, get, set);
    }
    queue.push(Object.getPrototypeOf(value));
  }
  return { functions, found: [...found] };
}
