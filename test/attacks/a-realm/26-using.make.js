// Explicit resource management: errors of the host's that dispose() suppresses (vm2, category 16).
export default () => ({ entry: 'attack.js', files: { 'attack.js': `
const { collector, plunder, said } = require('./plunder.js');
async function execute(params) {
  const bag = collector();
  try {
    using first = { [Symbol.dispose]() { bag.take(this); failSync(); } };
    using second = { [Symbol.dispose]: failSync };
    await using third = { [Symbol.asyncDispose]: fail };
    echoSync(Symbol('x'));
  } catch (error) {
    for (let at = error; at; at = at.suppressed) bag.take(at, at.error);
  }
  const stack = new DisposableStack();
  stack.defer(failSync);
  stack.use({ [Symbol.dispose]: () => require('fs') });
  try { stack.dispose(); } catch (error) { bag.take(error, error.error, error.suppressed); }
  return { ...plunder(bag.values(), params), said: said(bag.values()) };
}` } });
