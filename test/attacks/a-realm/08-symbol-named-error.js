// error.name = Symbol() makes the native formatting of stacks throw (vm2, GHSA-hw58-p9xv-2mjh).
const { plunder, said } = require('./plunder.js');

async function execute(params) {
  const errors = [];
  const nameIt = (name) => {
    const error = new Error('named');
    error.name = name;
    return error;
  };
  const names = [Symbol('n'), { toString: () => { throw new Error('inner'); } }, { toString: 1 }, 1n, null, new Proxy(() => 1, {})];
  for (const name of names) {
    const error = nameIt(name);
    for (const use of [() => error.stack, () => `${error}`, () => console.log(error), () => echoSync(error), () => structuredClone(error)]) {
      try {
        use();
      } catch (thrown) {
        errors.push(thrown);
      }
    }
    Object.defineProperty(Error.prototype, 'name', { value: name, configurable: true, writable: true });
    try {
      null.x;
    } catch (thrown) {
      try {
        errors.push(thrown, thrown.stack);
      } catch (inner) {
        errors.push(inner);
      }
    }
    Object.defineProperty(Error.prototype, 'name', { value: 'Error', configurable: true, writable: true });
  }
  const report = plunder(errors, params);
  if (report.reached.length > 0) return report;
  console.log(said(errors).slice(0, 50).join('\n').slice(0, 50_000));
  throw nameIt(Symbol('last'));
}
