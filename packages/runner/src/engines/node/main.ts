/**
 * The runner of the node engine: `node node-runner.js PROGRAM_KEY WORK RUNTIME PROXY_PORT NETWORK BROWSER [CHANNEL]`.
 * WORK is the working directory, RUNTIME the folder with the runtime's `node_modules` (empty for none),
 * PROXY_PORT where the proxy listens (0 for any port). NETWORK and BROWSER are `true` for boxes with a
 * network and a browser, which are then prepared before the job arrives. CHANNEL is `standard` where it is
 * descriptors 0 and 1.
 *
 * The script shares this process and may take all of it over: the launcher believes nothing that comes
 * from here, and no wall depends on it.
 */
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as browserBundle from './browser/index.ts';
import { Channel } from '../../channel/channel.ts';
import { SocketSource } from '../../channel/socket.ts';
import { setAside, wiresOf } from '../../channel/wires.ts';
import { serve } from '../serve.ts';
import { openStack } from '../stack.ts';
import { nodeBuiltIns } from './built-ins.ts';
import { DataFiles } from './data-files.ts';
import { NodeEngine } from './engine.ts';
import { Forwarder } from './forwarder.ts';
import { giveNames } from './names.ts';

const [
  ,
  program = '',
  ,
  work = '',
  runtime = '',
  proxyPort = '',
  network = '',
  browser = '',
  channelName,
] = process.argv;
process.argv.splice(1);
makeFolders();
process.chdir(work);
giveNames(process.env['HOME'] ?? work);

const puppeteer =
  browser === 'true'
    ? (createRequire(program)('./node-browser.js') as typeof browserBundle)
    : undefined;
const wires = setAside(wiresOf(channelName));
const source = new SocketSource(wires.input);
const channel = new Channel(wires, source);
const hold = (by: 1 | -1): void => source.hold(by);
const forwarder = new Forwarder(channel, hold);
const builtIns = nodeBuiltIns();
const engine = new NodeEngine({
  folder: program.slice(0, program.lastIndexOf('/') + 1),
  channel,
  hold,
  forwarder,
  work,
  runtime,
  createBrowsing: puppeteer?.createBrowsing,
  dataFiles: new DataFiles(),
  builtIns,
  useStack: openStack(join(dirname(program), 'stack.node')),
});

async function start(): Promise<void> {
  await forwarder.listen(Number(proxyPort));
  if (network === 'true') forwarder.route();
  await engine.rehearse();
  // Node's permissions apply to child processes of the script too; the warning would repeat in each.
  if (process.permission.has('child')) {
    process.env['NODE_OPTIONS'] = '--disable-warning=SecurityWarning';
  }
  builtIns.remember();
  serve(channel, engine);
}

/** A driver that mounts the writable folder empty leaves those in it to the runner. */
function makeFolders(): void {
  const { HOME = work, TMPDIR = work } = process.env;
  for (const folder of [work, HOME, TMPDIR]) mkdirSync(folder, { recursive: true });
}

void start();
