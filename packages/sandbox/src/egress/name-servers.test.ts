import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const fixture = fileURLToPath(new URL('fixtures/resolv-conf.ts', import.meta.url));

/** Puts a file of its own over /etc/resolv.conf, for one program. */
const own = ['--user', '--map-root-user', '--mount', 'sh', '-c'];
const mount = 'mount --bind "$0" "$(readlink -f /etc/resolv.conf)"';

const folder = mkdtempSync(join(tmpdir(), 'castellan-names-'));
const file = join(folder, 'resolv.conf');
writeFileSync(file, '');
const possible = spawnSync('unshare', [...own, mount, file]).status === 0;
process.once('exit', () => rmSync(folder, { recursive: true }));

const skip = possible ? false : 'needs unshare and user namespaces';
test(
  'a run asks the name servers that the machine has at its beginning, and adds no domain',
  { skip },
  () => {
    const { stdout, stderr } = spawnSync(
      'unshare',
      [...own, `${mount} && exec "$1" "$2"`, file, process.execPath, fixture],
      { encoding: 'utf8', timeout: 30_000 },
    );
    assert.notEqual(stdout, '', stderr);
    const questions = ['A intranet', 'A site.test', 'AAAA intranet', 'AAAA site.test'];
    assert.deepEqual(JSON.parse(stdout), { asked: [questions, questions], isSame: true });
  },
);
