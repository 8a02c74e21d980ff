// Castellan in a minute: one well-behaved script and two hostile ones. `npm run demo`. Exits 1 if
// anything is not as expected.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, styleText } from 'node:util';
import { createSandbox, type Layer, type Run } from '@castellan/sandbox';

const walls: Partial<Record<Layer, string>> = {
  isolate: 'a V8 isolate: JavaScript without Node',
  userns: 'user ids of its own',
  pidns: 'no process of this machine in sight',
  netns: 'a network with nothing in it',
  mountns: 'no file but Node and the runner, read-only',
  seccomp: 'a filter in front of the kernel',
  nocaps: 'no capabilities',
  cgroup: 'memory and tasks counted by the kernel',
};
const floor: readonly Layer[] = ['isolate', 'userns', 'pidns', 'netns', 'mountns', 'seccomp'];

const hello = readFileSync(join(import.meta.dirname, '../examples/hello.ts'), 'utf8');
const params = { names: ['Ada', 'Grace'] };
const greetings = ['Hello, Ada!', 'Hello, Grace!'];

await using sandbox = await createSandbox({ limits: { wallMs: 1_000 } }).catch((error: Error) => {
  console.log(`No box can be made on this machine: ${error.message}`);
  process.exit(1);
});

heading(`examples/hello.ts with ${JSON.stringify(params)}, in a box made by ${sandbox.driver}`);
const handle = sandbox.run({ entry: 'hello.ts', files: { 'hello.ts': hello } }, { params });
for await (const event of handle) {
  if (event.type === 'log') say(`log       ${event.text}`);
  if (event.type === 'progress')
    say(`progress  ${Math.round(event.fraction * 100)}% ${event.text}`);
}
const welcome = await handle;
say(`value     ${JSON.stringify(welcome.value)}`);
say(`took      ${took(welcome)}`);
const { driver, layers } = welcome.isolation;
say(`walls     ${layers.length} stood, as the kernel says of the running box. Among them:`);
for (const layer of layers) if (walls[layer] !== undefined) say(`          ${walls[layer]}`);
expect('hello.ts gives the greetings', isDeepStrictEqual(welcome.value, { greetings }));
expect('the box was made by bubblewrap', driver === 'bubblewrap');
expect(
  'the walls of the floor stood',
  floor.every((layer) => layers.includes(layer)),
);

const loop = 'for (;;);';
heading(`A script that never ends: ${loop}`);
const stopped = await sandbox.run(loop);
say(
  `Stopped from outside after ${took(stopped)}, as its limit of ${stopped.limits.wallMs} ms asks: ${stopped.reason}.`,
);
expect('the loop is stopped', stopped.reason === 'wall_timeout');

const climb = "this.constructor.constructor('return process')().mainModule.require('fs')";
heading(`A script that climbs for Node: ${climb}`);
const climbed = await sandbox.run(climb);
say(
  `It got ${climbed.error?.name}: ${climbed.error?.message} There is no Node in the isolate to climb to.`,
);
expect('there is no process', climbed.error?.message.startsWith('process is not defined') === true);

heading('Your turn');
say('node_modules/.bin/node packages/cli/dist/castellan.js run examples/hello.ts');
say('node_modules/.bin/node packages/cli/dist/castellan.js doctor');

function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}

function say(text: string): void {
  console.log(`  ${text}`);
}

function took({ timings }: Run): string {
  return `${Math.round(timings.totalMs)} ms`;
}

function expect(what: string, isSo: boolean): void {
  if (isSo) return;
  console.log(styleText('red', `  NOT AS IT SHOULD BE: ${what}`));
  process.exitCode = 1;
}
