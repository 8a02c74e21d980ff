// Errors swallowed by a handler of the script's own, for ever.
const again = () => {
  throw new Error('again');
};
process.on('uncaughtException', () => setImmediate(again));
setImmediate(again);
await new Promise(() => {});
