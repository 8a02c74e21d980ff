/*
 * Runs once in a throw-away context while the snapshot is made: the snapshot then keeps the
 * compiled code of what every run calls. None of its objects stay. The build puts the names of the
 * host's functions before it, as `hostFunctions`.
 */
const guest = __castellan(hostFunctions.join(), ...hostFunctions.map(() => () => 0));
const job = { params: '{"a":[1]}', env: {}, helpers: { helper: 'async', group: { now: 'sync' } } };
const rest = {
  alias: 'imp___',
  mentions: [],
  globals: [],
  browser: null,
  outputBytes: 99,
  valueBytes: 99,
};
guest.begin(JSON.stringify({ ...job, ...rest }));
guest.define('body', (module, exports, require, load, end) => () => {
  console.log('text');
  setTimeout(() => {}, 1);
  return end(undefined, { list: [1, 'x', { deep: true }], text: String(() => 1) });
});
guest.enterBody('body', false);
guest.enterModule({ default: (params) => params });
guest.fireTimer();
helper(1).catch(() => {});
guest.settle(1, '{"ok":true,"json":"1"}');
progress(0.5, 'text');
