// A package and a built-in that an earlier run of the same tenant changed must be fresh, and so must
// what they share (module cache tampering).
async function execute() {
  const _ = require('lodash');
  const { Buffer } = require('buffer');
  const axios = require('axios');
  const found = [_.mark, _.template.mark, axios.defaults.baseURL, Buffer.prototype.mark, {}.mark, require('events').defaultMaxListeners, Buffer.allocUnsafe(4096).some((byte) => byte === 77)];
  const fresh = JSON.stringify(found) === JSON.stringify([undefined, undefined, undefined, undefined, undefined, 10, false]);
  _.mark = _.template.mark = Buffer.prototype.mark = 'left';
  axios.defaults.baseURL = 'http://127.0.0.1/left';
  axios.interceptors.request.use((config) => config);
  require('events').defaultMaxListeners = 77;
  Buffer.allocUnsafe(4096).fill(77);
  _.merge({}, JSON.parse('{"constructor":{"prototype":{"mark":"left"}},"__proto__":{"mark":"left"}}'));
  Object.prototype.mark = 'left';
  return fresh;
}
