// The units of systemd: what systemd says of them, and that the worker's is as hard as the service's. A real systemd
// starts the service's in test/faults/bare.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const units = join(import.meta.dirname, '../../deploy/systemd');
const names = ['castellan', 'castellan-worker'] as const;
const folder = mkdtempSync(join(tmpdir(), 'castellan-units-'));
after(() => rmSync(folder, { recursive: true }));

const text = (name: string): string => readFileSync(join(units, `${name}.service`), 'utf8');

function analyze(name: string, unit: string, ...args: readonly string[]): string {
  const file = join(folder, `${name}.service`);
  // Its program is not installed here.
  writeFileSync(file, unit.replaceAll('/usr/local/bin/castellan', process.execPath));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, file], {
    encoding: 'utf8',
  });
  return `${status} ${stdout}${stderr}`;
}

for (const name of names) {
  test(`systemd finds nothing wrong with ${name}.service`, () => {
    assert.equal(analyze(name, text(name), 'verify'), '0 ');
    assert.match(analyze(name, `${text(name)}Wanted=1\n`, 'verify'), /Unknown key/);
  });

  test(`${name}.service is exposed no more than boxes need`, () => {
    const rating = ['security', '--offline=true', '--no-pager', '--threshold=40'];
    assert.match(analyze(name, text(name), ...rating), /^0 /);
    const softer = text(name).replace('CapabilityBoundingSet=\n', '');
    assert.match(analyze(name, softer, ...rating), /^1 /);
  });
}

test('the worker has every setting of the service, and others only of its own', () => {
  const [service, worker] = names.map((name) =>
    text(name)
      .split('\n')
      .filter((line) => /^[A-Z]\w+=/.test(line)),
  ) as [string[], string[]];
  const settings = (lines: readonly string[], others: readonly string[]): string[] =>
    lines.filter((line) => !others.includes(line)).map((line) => line.split('=', 1)[0] ?? '');
  const own = ['Description', 'ExecStart', 'EnvironmentFile', 'TimeoutStopSec'];
  assert.deepEqual(settings(worker, service), own);
  // A worker keeps nothing and has no config.
  const kept = ['ExecReload', 'StateDirectory', 'StateDirectoryMode', 'ConfigurationDirectory'];
  assert.deepEqual(settings(service, worker).toSorted(), [...own, ...kept].toSorted());
});
