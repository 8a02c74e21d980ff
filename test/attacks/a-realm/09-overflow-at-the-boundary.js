// Recursion tuned so that the stack runs out on the other side of the boundary: every call of ours,
// at every depth on the way back (vm2's oldest trick).
const { collector, plunder, said } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const calls = [
    () => echoSync(1), () => echo(1), () => failSync(), () => console.log('deep'), () => progress(0.1, 'deep'),
    () => artifacts.write('deep', 'x'), () => setTimeout(() => 1, 0), () => require('./missing.js'),
    () => import('./missing.js'), () => structuredClone({ a: 1 }), () => new URL('http://a/'), () => performance.now(),
    () => new TextEncoder().encode('x'), () => console.log({ a: [1] }), () => require('fs'),
  ];
  let left = 0;
  for (const call of calls) {
    left = 120;
    const dive = () => {
      try {
        dive();
      } catch (error) {
        bag.take(error);
      }
      if (left-- > 0) {
        try {
          const result = call();
          bag.take(result);
          if (typeof result?.catch === 'function') result.catch((error) => bag.take(error));
        } catch (error) {
          bag.take(error);
        }
      }
    };
    dive();
    await null;
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  const values = bag.values();
  const errors = values.filter((value) => value instanceof Error);
  const stacks = [...new Set(errors.map((error) => `${error.stack}`.split('\n').slice(0, 3).concat(`${error.stack}`.split('\n').slice(-3)).join('\n')))];
  return { ...plunder(values, params), errors: errors.length, stacks: stacks.slice(0, 200), said: said(errors.slice(-20)) };
}
