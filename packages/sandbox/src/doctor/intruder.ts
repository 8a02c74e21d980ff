import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Box, BoxParts, BoxSpec, Runners } from '../boxes/runner/box.ts';
import { type DoctorRow, row } from './report.ts';

const spec: BoxSpec = {
  engine: 'isolate',
  memoryBytes: 64 * 2 ** 20,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
};

/**
 * Runs a hostile Node program in place of the runner, as if a script had broken out of the isolate, and
 * reports what it could do to this machine from inside the box.
 */
export async function intruderRow(
  parts: BoxParts,
  runnersOf: (parts: BoxParts) => Runners,
): Promise<DoctorRow> {
  await using held = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'castellan-doctor-'));
  held.defer(() => rm(folder, { recursive: true }));
  const canary = join(folder, 'canary');
  await writeFile(canary, 'alive');
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  held.defer(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await writeFile(join(folder, 'runner.js'), program({ canary, port, launcher: process.pid }));

  const box = held.use(await runnersOf({ ...parts, runnerDir: folder }).start(spec));
  const deeds = await answerOf(box);
  if (deeds?.length === 0) {
    return row(
      'intruder',
      'ok',
      'A hostile Node program in the box could not read or write a file of this machine, start a program, see or signal a process, reach a port or read the environment.',
    );
  }
  const what = deeds === undefined ? 'It ended without an answer' : `It could ${deeds.join(', ')}`;
  return row('intruder', 'missing', `A hostile Node program was put into the box. ${what}.`);
}

/** A box sees no file of the machine, so the targets of the program are written into its source. */
function program(targets: { canary: string; port: number; launcher: number }): string {
  return `'use strict';
const { canary, port, launcher } = ${JSON.stringify(targets)};
const fs = require('fs');
const done = [];
const attempt = (deed, act) => {
  try { act(); done.push(deed); } catch {}
};
attempt('read a file', () => fs.readFileSync(canary));
attempt('read /etc/passwd', () => fs.readFileSync('/etc/passwd'));
attempt('write a file', () => fs.writeFileSync(canary, 'dead'));
attempt('write beside itself', () => fs.writeFileSync(__dirname + '/left-behind', ''));
attempt('start a program', () => {
  const { error } = require('child_process').spawnSync(process.execPath, ['-e', '0'], { timeout: 5000 });
  if (error) throw error;
});
attempt('see a process of this machine', () => process.kill(launcher, 0));
attempt('read the environment', () => { if (process.env.PATH === undefined) throw 0; });
const report = () => fs.writeSync(3, JSON.stringify(done) + '\\n');
try {
  require('net').connect(port, '127.0.0.1')
    .on('connect', () => { done.push('reach a port'); report(); })
    .on('error', report);
} catch { report(); }
setTimeout(() => {}, 5000);
`;
}

/** What the program reports; `undefined` when it reports nothing. */
async function answerOf(box: Box): Promise<string[] | undefined> {
  const answer = Promise.withResolvers<string[] | undefined>();
  let text = '';
  box.channel.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.includes('\n')) answer.resolve(JSON.parse(text) as string[]);
  });
  void box.exited.then(() => answer.resolve(undefined));
  return answer.promise;
}
