// A prepareStackTrace of the script's that is still there when the host looks at the last error.
const { collector } = require('./plunder.js');

function execute(params) {
  const bag = collector();
  Error.prepareStackTrace = (error, sites) => {
    bag.take(error, sites);
    const shape = { toString: () => { throw new RangeError('formatter'); } };
    return params.late ? shape : new Proxy(shape, {});
  };
  Object.defineProperty(Error.prototype, 'stack', { get: () => 'x'.repeat(1e6), set: () => { throw 1; } });
  const error = new Error('seen by the host');
  Object.defineProperty(error, 'stack', { get: () => { throw new Error('not for you'); } });
  throw error;
}
