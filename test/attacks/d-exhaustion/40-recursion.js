// Recursion through everything that calls back, each caught and tried again.
const kinds = [() => again(), () => [1].map(again), () => JSON.stringify({ toJSON: again }), () => 'a'.replace(/a/, again), () => new Proxy({}, { get: again }).x, () => Reflect.apply(again, 0, []), () => `${{ toString: again }}`, () => [1, 2].sort(again), () => new (class { constructor() { again(); } })(), () => JSON.parse('[1]', again), () => eval('again()')];
let kind = 0;
const again = () => kinds[kind % kinds.length]();
for (;;) {
  kind++;
  try {
    again();
  } catch {
    // A RangeError each time.
  }
}
