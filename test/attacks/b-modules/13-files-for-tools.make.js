// Files that tools of others obey: package.json with exports out of the folder, tsconfig with plugins, node_modules of
// the script's own, configuration by name.
export default () => ({
  entry: 'attack.ts',
  files: {
    'package.json': '{"name":"own","type":"module","main":"../../../../etc/passwd","exports":{"./*":"/etc/*"},"imports":{"#fs":"node:fs","#x":"/etc/passwd","#y":"../../../etc/passwd"},"browser":{"lodash":"/etc/passwd"}}',
    'tsconfig.json': '{"extends":"/etc/passwd","compilerOptions":{"plugins":[{"name":"/etc/passwd"}],"typeRoots":["/"],"paths":{"*":["/etc/*"]},"rootDirs":["/"],"outDir":"/tmp","incremental":true,"tsBuildInfoFile":"/tmp/x"},"references":[{"path":"/"}]}',
    '.npmrc': 'script-shell=/bin/sh', '.babelrc.js': 'throw new Error("run")', '.swcrc': '{}', '.env': 'NODE_OPTIONS=--require /etc/passwd', 'jsconfig.json': '{"extends":"/"}',
    'node_modules/lodash/package.json': '{"main":"/etc/passwd"}', 'node_modules/lodash/index.js': 'exports.own = process', 'node_modules/fs/index.js': 'exports.own = process',
    'attack.ts': `
/// <reference path="/etc/passwd" />
/// <reference types="node" />
/// <reference lib="dom" />
/// <amd-dependency path="/etc/passwd" />
import type { Stats } from 'node:fs';
import type Anything from '/etc/passwd';
import weapons from './plunder.js';
const { plunder } = weapons;
enum Kind { One }
const tried: string[] = [];
const got: unknown[] = [];
for (const name of ['#fs', '#x', '#y', 'own', 'own/passwd', 'fs', 'lodash/own', './node_modules/fs', './node_modules/fs/index.js', './tsconfig.json', './package.json', '.', '../own']) {
  for (const load of [(n: string) => import(n), (n: string) => import("./" + n)]) {
    tried.push(name);
    try { got.push(await load(name)); } catch { /* refused */ }
  }
}
let stats: Stats | Anything | undefined;
export default { ...plunder([got, Kind], params), tries: tried.length, stats: typeof stats };`,
  },
});
