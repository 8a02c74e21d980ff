// Names that only look like an allowed package, and ways out of one: unanchored, dots, encodings, NUL,
// query, protocols, the loader's own files (GHSA-7q3f-wx44-378m; exports traversal).
async function execute() {
  const dots = '../'.repeat(12);
  const names = ['evil-lodash', 'lodash-evil', 'lodash.evil', 'lodash_', 'xlodash', 'LODASH', 'Lodash', 'lodash ', ' lodash', '\tlodash', 'lodash\n', 'lodash\0', '\0lodash', 'lo\u00addash', '\uff4codash', 'node:lodash', 'npm:lodash', 'file:lodash', 'lodash@4', '@lodash/lodash',
    'lodash/../axios', 'lodash/..', 'lodash/../../x', 'lodash/./get', 'lodash//get', 'lodash/', 'lodash/.', 'lodash\\get', 'lodash/%2e%2e/axios', 'lodash/get?x', 'lodash/get#x', 'lodash/\0', `lodash/${dots}etc/passwd`, `lodash/${dots}proc/self/environ`, 'lodash/__proto__', 'lodash/constructor',
    'axios', 'zod', 'zod/mini', 'dayjs', 'parse5', 'domutils', 'lodash/_root', 'lodash/_baseClone',
    'packages/lodash.js#0', 'packages/axios.js#0', 'builtins/buffer.js#0', 'builtins', 'libraries/url.js', 'castellan:packages/axios.js', 'manifest.json', 'modules.shelf', 'programs.shelf', 'transformer.js', 'lodash.js 0 1', '\nlodash.js', 'lodash.index.json', '/castellan-runtime/modules.shelf', '/castellan/programs.shelf', '/landlock', 'lodash/manifest.json', 'lodash.js', '/castellan-runtime/lodash.js', '/castellan-runtime/axios.js', 'file:///castellan-runtime/manifest.json', 'data:text/javascript,1',
    'lodash",{"bundle":"axios.js"', '\n["lodash",', 'lodash",'];
  const got = [];
  let refused = 0;
  for (const name of names) {
    for (const load of [() => require(name), () => import(name), () => require(new String(name)), () => import({ toString: () => name })]) {
      try {
        got.push(name, typeof (await load()));
      } catch {
        refused++;
      }
    }
  }
  return { tried: refused, reached: got };
}
