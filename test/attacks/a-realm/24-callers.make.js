// arguments.callee.caller and fn.caller in sloppy callbacks that code of ours calls.
export default () => ({
  entry: 'attack.cjs',
  files: {
    'attack.cjs': `
const { collector, plunder } = require('./plunder.js');
async function execute(params) {
  const bag = collector();
  function look() {
    bag.take(this, arguments, look.caller, arguments.callee.caller, look.arguments);
    for (let at = look.caller, depth = 0; at && depth < 50; at = at.caller, depth++) bag.take(at, at.arguments);
    return 'x';
  }
  const bait = { toJSON: look, toString: look, valueOf: look, get a() { return look(); }, [Symbol.toPrimitive]: look, [Symbol.for('nodejs.util.inspect.custom')]: look };
  const spots = [() => echo(bait), () => echoSync(bait), () => console.log(bait), () => console.table([bait]), () => progress(bait, bait),
    () => artifacts.write(bait, 'x', { contentType: bait }), () => setTimeout(look, 0), () => setInterval(look, 1), () => queueMicrotask(look), () => require(bait), () => new URL(bait),
    () => structuredClone(bait), () => new EventTarget().addEventListener('x', look), () => AbortSignal.abort(look), () => echo(1).then(look), () => new Promise(look) && 1];
  for (const spot of spots) { try { bag.take(await spot()); } catch (error) { bag.take(error); } }
  await new Promise((resolve) => setTimeout(resolve, 5));
  return plunder(bag.values(), params);
}`,
  },
});
