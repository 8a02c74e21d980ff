// Artifacts with names that lead out, by frames of its own.
const { report, frame, say } = require('./report.js');
const r = report();
for (const name of ['../../../etc/passwd', '/etc/passwd', 'a\0b', '..', params.targets.file]) {
  const about = { id: 0, name, contentType: 'text/html\r\nx: y' };
  r.attempt(name, () => say(frame(5, about, Buffer.from('x'))));
}
return r.done();
