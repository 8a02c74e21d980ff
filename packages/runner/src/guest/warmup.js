/*
 * Runs once in a throw-away context while the snapshot is made: the snapshot then keeps the
 * compiled code of what every run calls. None of its objects stay. The build puts `hostNames`, the
 * names of the host's functions, and `blankJob` before it.
 */
const guest = __castellan(...hostNames.map(() => () => 0));
const helpers = { helper: 'async', group: { now: 'sync' } };
const job = { ...blankJob, helpers, alias: 'imp___', moves: false, mentions: [], globals: [] };
guest.begin(JSON.stringify(job));
guest.define('body', (module, exports, require, load, end) => () => {
  console.log('text');
  setTimeout(() => {}, 1);
  return end(undefined, { list: [1, 'x', { deep: true }], text: String(() => 1) });
});
guest.enterBody('body', false);
guest.awaitModule('', false);
guest.settleImport(0, { default: (params) => params });
guest.fireTimer();
helper(1).catch(() => {});
guest.settle(1, '{"ok":true,"json":"1"}');
progress(0.5, 'text');
