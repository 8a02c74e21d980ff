// What regular expressions of our own code have matched last: the old static properties of RegExp tell anybody.
const { plunder } = require('./plunder.js');

async function execute(params) {
  const kept = [];
  const look = (when) => {
    for (const name of ['input', 'lastMatch', 'lastParen', 'leftContext', 'rightContext', '$_', '$&', '$1', '$2', '$9']) {
      const text = String(RegExp[name]);
      if (text !== '') kept.push(`${when} ${name} ${text.slice(0, 500)}`);
    }
  };
  look('first');
  const calls = { echo: () => echo('x'), fail: () => fail(), failSync: () => failSync(), complain: () => complain('/etc/passwd'), fetch: () => fetch('http://a.test/'), url: () => new URL('http://a.test/b?c'), write: () => artifacts.write('a/b', 'x'), log: () => console.log('%s', {}), require: () => require('./report.js'), import: () => import('./none.js'), clone: () => structuredClone(new Error('x')), stack: () => new Error('x').stack, header: () => new Headers({ a: 'b' }), base64: () => atob('YQ=='), type: () => new Blob(['x'], { type: 'Text/Plain' }) };
  for (const [name, call] of Object.entries(calls)) {
    try { await call(); } catch { /* what was matched counts */ }
    look(name);
  }
  return { ...plunder([RegExp, kept], params), kept };
}
