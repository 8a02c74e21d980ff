// An earlier run of the same tenant leaves marks everywhere it can; this one looks for them.
async function execute() {
  const marks = [globalThis.left, Object.prototype.left, Array.prototype.left, Promise.prototype.left, Function.prototype.left, JSON.left, console.left, Symbol.for('left').left, Error.left,
    Reflect.get(echo, 'left'), Reflect.get(artifacts, 'left'), Reflect.get(Object(env), 'left'), Error.stackTraceLimit === 3 ? 'limit' : undefined, typeof JSON.parse('{}').left, (await echo({})).left];
  return marks.map(String).filter((mark) => mark !== 'undefined');
}
