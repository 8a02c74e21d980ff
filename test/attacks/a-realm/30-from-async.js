// Array.fromAsync, iterator helpers and Promise.try as callers of host functions, with call sites.
const { collector, plunder } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  Error.prepareStackTrace = (error, sites) => {
    for (const site of sites) bag.take(site.getThis(), site.getFunction(), site);
    return sites;
  };
  const keep = (error) => bag.take(error, error.stack);
  await Array.fromAsync([1, 2], fail).catch(keep);
  await Array.fromAsync({ async *[Symbol.asyncIterator]() { yield echo(1); yield fail(); } }, failSync).catch(keep);
  await Array.fromAsync({ length: 2, 0: reject(), 1: 1 }).catch(keep);
  await Promise.try(failSync).catch(keep);
  await Promise.try(fail).catch(keep);
  for (const consume of [(it) => it.map(failSync).toArray(), (it) => it.flatMap(echoSync).toArray(), (it) => it.reduce(failSync), (it) => it.find(failSync)]) {
    try {
      consume([1, 2].values());
    } catch (error) {
      keep(error);
    }
  }
  'abc'.replace(/b/, () => { try { failSync(); } catch (error) { keep(error); } return ''; });
  [2, 1].sort((a, b) => { try { return failSync(a, b); } catch (error) { keep(error); } return 0; });
  Error.prepareStackTrace = undefined;
  return plunder(bag.values(), params);
}
