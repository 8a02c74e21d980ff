// `node:test` as far as Node's own tests of modules use it: one after another, a failure ends the file.
'use strict';
const { mustCall } = require('../common');

let last = Promise.resolve();
const mock = {
  fn: (work = () => undefined) => {
    const calls = [];
    const run = function (...values) {
      calls.push({ arguments: values });
      return Reflect.apply(work, this, values);
    };
    return Object.assign(run, { mock: { calls, callCount: () => calls.length } });
  },
};
const context = { test, mock, plan() {}, diagnostic() {}, after() {}, assert: require('assert') };

function test(...given) {
  const work = given.find((value) => typeof value === 'function');
  const options = given.find((value) => typeof value === 'object' && value !== null) ?? {};
  if (work === undefined || options.skip || options.todo) return Promise.resolve();
  const done = mustCall();
  last = last.then(() =>
    work.length > 1
      ? new Promise((resolve, reject) =>
          work(context, (error) =>
            error
              ? reject(new Error('the test called back with an error', { cause: error }))
              : resolve(),
          ),
        )
      : work(context),
  );
  return last.then(() => done());
}
const suite = (...given) => given.find((value) => typeof value === 'function')?.(context);
const skip = () => undefined;
for (const fn of [test, suite]) Object.assign(fn, { skip, todo: skip, only: fn });
module.exports = Object.assign(test, {
  test,
  it: test,
  describe: suite,
  suite,
  mock,
  before: (work) => work(),
  after() {},
  beforeEach() {},
  afterEach() {},
});
