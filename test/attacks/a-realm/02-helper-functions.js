// The helpers themselves, bound, applied and constructed, as ways to the host's Function.
const { plunder } = require('./plunder.js');

async function execute(params) {
  const helpers = [echo, echoSync, fail, failSync, group.deep, group.inner.deepest, slow];
  const found = [...helpers, group, group.inner];
  for (const helper of helpers.slice(0, 2)) {
    for (const self of [undefined, null, globalThis, helper, new Proxy({}, {})]) {
      found.push(helper.bind(self), helper.call(self, 1), Reflect.apply(helper, self, [1]));
    }
    try {
      found.push(Reflect.construct(helper, [1]), Reflect.construct(Object, [], helper));
    } catch (error) {
      found.push(error);
    }
  }
  await Promise.allSettled(found);
  return plunder(found, params);
}
