// What a shim of ours is given by a replaced method has the wrong type: it may not reach the host as
// it is, where reading it would throw an error of the host's into the guest.
const { collector, plunder, said } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const answers = [null, undefined, 7, -1, NaN, [], {}, { length: -1 }, () => 1, Symbol('s'), 1n, new Date(NaN), new Error('x'), '\ud800', 'x'.repeat(300_000)];
  const calls = [
    () => artifacts.write('name', 'text', { contentType: 'a/b' }), () => artifacts.write('name', new Uint8Array(3)), () => artifacts.write('name', new ArrayBuffer(3)), () => echo('text'), () => echoSync(['text']),
    () => console.log('text', { a: 1 }), () => setTimeout(() => 1, 1), () => require('./missing.js'), () => import('./missing.js'),
  ];
  for (const name of params.kind.split(' ')) {
    const [ownerName, key] = name.split('.');
    const owner = globalThis[ownerName].prototype ?? globalThis[ownerName];
    const original = Object.getOwnPropertyDescriptor(owner, key);
    for (const answer of answers) {
      for (const call of calls) {
        let result;
        Object.defineProperty(owner, key, { value: () => answer, writable: true, configurable: true });
        try {
          result = call();
        } catch (error) {
          bag.take(error);
        }
        if (original === undefined) delete owner[key];
        else Object.defineProperty(owner, key, original);
        result?.catch?.((error) => bag.take(error));
      }
      await null;
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  const errors = bag.values().filter((value) => value instanceof Error);
  const stacks = [...new Set(errors.map((error) => said([error])[0]))];
  return { ...plunder(errors, params), stacks: stacks.slice(0, 200) };
}
