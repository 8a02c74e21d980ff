import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { defaultBoxUsers } from '@castellan/protocol/kinds';
import { bubblewrap } from '../../drivers/bubblewrap/bubblewrap.ts';
import { findChromium } from './find.ts';
import { findMaterials } from './materials.ts';
import { treeOf } from '../../walls/tree.ts';
import type { ChromiumBox } from './running.ts';
import { startChromium } from './start.ts';

/** What a program finds that stands where Chromium should: Chromium itself has fallen. */
async function inBox(
  script: string,
  look: (box: ChromiumBox) => void = () => undefined,
): Promise<unknown> {
  const chromium = await findChromium(undefined);
  assert.ok('program' in chromium);
  const materials = await findMaterials(chromium, bubblewrap());
  const body = `const fs = require('fs'); const code = (w) => { try { return w() ?? 'done' } catch (e) { return e.code } };
    fs.writeSync(4, JSON.stringify((() => { ${script} })()) + '\\0'); setInterval(() => {}, 1e6);`;
  const intruder = { ...chromium, program: '/node' };
  await using box = await startChromium(
    { ...materials, parts: { ...materials.parts, chromium: intruder, flags: ['-e', body] } },
    undefined,
  );
  let said = '';
  for await (const chunk of box.answers) {
    said += String(chunk);
    if (said.endsWith('\0')) break;
  }
  look(box);
  return JSON.parse(said.slice(0, -1));
}

describe('a program in Chromium’s place', () => {
  it('is a user of its own on the machine, where the launcher is root', async () => {
    let users: string[] = [];
    await inBox('return true', (box) => {
      const status = (pid: number): string => readFileSync(`/proc/${pid}/status`, 'latin1');
      users = treeOf(box.pid).map((pid) => /^Uid:\s+(\d+)/m.exec(status(pid))?.[1] ?? '');
    });
    assert.ok(users.length > 0 && new Set(users).size === 1, String(users));
    const { first, count } = defaultBoxUsers;
    const user = Number(users[0]);
    if (process.geteuid?.() !== 0) assert.equal(user, process.geteuid?.());
    else assert.ok(user >= first && user < first + count, String(user));
  });

  it('changes nothing of the machine through /proc and /dev, whoever the launcher is', async () => {
    const [settings, others, devices, ...codes] = (await inBox(`
      const open = (p) => ['r+', 'w'].some((how) => code(() => fs.closeSync(fs.openSync(p, how === 'w' ? fs.constants.O_WRONLY : how))) === 'done');
      const below = (p, d) => { const all = code(() => fs.readdirSync(p, { withFileTypes: true })); return Array.isArray(all) ? all.flatMap((e) => e.isDirectory() ? (d < 8 ? below(p + '/' + e.name, d + 1) : []) : e.isSymbolicLink() ? [] : [p + '/' + e.name]) : [] };
      const names = fs.readdirSync('/proc').filter((n) => !/^\\d|self/.test(n)).flatMap((n) => fs.statSync('/proc/' + n).isDirectory() ? below('/proc/' + n, 0) : ['/proc/' + n]);
      const writable = names.filter(open);
      const changes = [['chmodSync', 0o666], ['utimesSync', 1, 1], ['chownSync', 0, 0]];
      return [writable.filter((n) => n.startsWith('/proc/sys/')), writable.filter((n) => !n.startsWith('/proc/sys/')),
        below('/dev', 0).filter(open), ...['null', 'zero', 'random'].flatMap((d) => changes.map(([f, ...a]) => code(() => fs[f]('/dev/' + d, ...a))))]`)) as [
      string[],
      string[],
      string[],
      ...string[],
    ];
    assert.deepEqual(settings, []);
    assert.deepEqual(others, []);
    assert.deepEqual(
      devices.filter((name) => !/\/(?:full|null|zero|u?random)$/.test(name)),
      [],
    );
    for (const code of codes) assert.match(code, /EROFS|EACCES|EPERM/);
  });

  it('fills the files of its box with what counts as its memory, also without a cgroup', async () => {
    await inBox(
      `const piece = Buffer.alloc(2 ** 20); const file = fs.openSync('/tmp/x', 'w');
      for (let at = 0; at < 200; at++) fs.writeSync(file, piece); return true`,
      (box) => {
        const before = box.use().bytes;
        box.limitGrowth(2 ** 30);
        assert.ok(box.use().bytes - before >= 200 * 2 ** 20);
      },
    );
  });

  it('makes a bounded number of files, and nothing that can be executed', async () => {
    const [files, shared, executed] = (await inBox(`
      let files = 0; const why = code(() => { for (;;) { fs.writeFileSync('/tmp/' + files, ''); files++ } });
      const shared = code(() => fs.writeFileSync('/dev/shm/x', ''));
      for (let i = 0; i < 10; i++) fs.unlinkSync('/tmp/' + i);
      fs.writeFileSync('/tmp/run', '#!/node', { mode: 0o755 });
      return [why === 'ENOSPC' ? files : why, shared, require('child_process').spawnSync('/tmp/run').error?.code]`)) as [
      number,
      string,
      string,
    ];
    assert.ok(files > 60_000 && files < 65_536, String(files));
    assert.equal(shared, 'ENOSPC');
    assert.equal(executed, 'EACCES');
  });
});
