// What helpers give back: copies with the guest's own prototypes, and promises of its own realm.
const { plunder } = require('./plunder.js');

async function execute(params) {
  const promises = [echo({ a: [{ b: 1 }] }), tricky(), group.deep([1]), artifacts.write('a', 'b')];
  const results = await Promise.all(promises);
  const direct = [echoSync({ a: [{}] }), group.inner.deepest({}), progress(0.5), console.log('x')];
  const report = plunder([...promises, ...results, ...direct], params);
  return { ...report, tricky: results[1], file: results[3] };
}
