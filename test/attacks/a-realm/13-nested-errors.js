// Host errors inside AggregateError, SuppressedError and finally (GHSA-55hx-c926-fr95, GHSA-27g9-p43v-cw3v).
const { collector, plunder, said } = require('./plunder.js');

async function execute(params) {
  const bag = collector();
  const keep = (error) => bag.take(error, error?.errors, error?.error, error?.suppressed, error?.cause);
  await Promise.any([fail(), reject(), rejectObject(), import('fs')]).catch(keep);
  await fail().finally(() => { throw new Error('from finally'); }).catch(keep);
  await fail().finally(() => reject()).catch(keep);
  const using = Function('fail', `return async () => {
    await using resource = { [Symbol.asyncDispose]: () => fail() };
    await fail();
  }`);
  try {
    await using(fail)();
  } catch (error) {
    keep(error);
  }
  try {
    using.call();
  } catch (error) {
    keep(error);
  }
  const errors = bag.values();
  return { ...plunder(errors, params), said: said(errors.flatMap((error) => [error, ...(error?.errors ?? [])])) };
}
