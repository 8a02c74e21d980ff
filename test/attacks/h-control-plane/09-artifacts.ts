// H: artifacts that are pages, or that have names of headers, paths and other hosts' files.
import { type Attack, bearer } from './scene.support.ts';

const names = [
  'a.html',
  '../../keys.sqlite',
  'a\r\nset-cookie: a=b',
  '/etc/passwd',
  'a"; filename="b.exe',
  '.',
  '\u202egnp.exe',
];

const attack: Attack = async ({ send, service, thief }) => {
  const code = `for (const name of params) await artifacts.write(name, '<script>fetch("/v1/runs")</script>', { contentType: 'text/html\\r\\nx-evil: 1' })`;
  const run = await service.run({ code, params: names }, bearer(thief.key));
  if (run.artifacts.length === 0) throw new Error(`nothing was made: ${JSON.stringify(run.error)}`);
  for (const { url } of run.artifacts) {
    const { status, text } = await send({ path: url, headers: bearer(thief.key) });
    if (status !== 200) throw new Error(`${url}: ${status}`);
    for (const needed of ['attachment', 'nosniff', 'sandbox']) {
      if (!text.includes(needed)) throw new Error(`${needed} is missing: ${text}`);
    }
    if (
      /x-evil|set-cookie/.test(
        text.slice(0, text.indexOf('<script>')).replace(/filename[^}]*/g, ''),
      )
    )
      throw new Error(text);
  }
  return run.artifacts.length;
};

export default attack;
