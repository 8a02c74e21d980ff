/**
 * The runner of the node engine: `node node-runner.js PROGRAM_KEY WORK RUNTIME PROXY_PORT NETWORK BROWSER`.
 * WORK is the working directory, RUNTIME the folder with the runtime's `node_modules` (empty for none),
 * PROXY_PORT where the proxy listens (0 for any port). NETWORK and BROWSER are `true` for boxes with a
 * network and a browser, which are then prepared before the job arrives.
 *
 * The script shares this process and may take all of it over: the launcher believes nothing that comes
 * from here, and no wall depends on it.
 */
import { createRequire } from 'node:module';
import type * as browserBundle from './browser/index.ts';
import { Channel, channelFd } from '../../channel/channel.ts';
import { serve } from '../serve.ts';
import { BuiltIns } from './built-ins.ts';
import { DataFiles } from './data-files.ts';
import { NodeEngine } from './engine.ts';
import { Forwarder } from './forwarder.ts';
import { SocketSource } from './socket.ts';

const [, program = '', , work = '', runtime = '', proxyPort = '', network = '', browser = ''] =
  process.argv;
process.argv.splice(1);
process.chdir(work);

const puppeteer =
  browser === 'true'
    ? (createRequire(program)('./node-browser.js') as typeof browserBundle)
    : undefined;
const source = new SocketSource(channelFd);
const channel = new Channel(source);
const forwarder = new Forwarder(channel);
const builtIns = new BuiltIns();
const engine = new NodeEngine({
  folder: program.slice(0, program.lastIndexOf('/') + 1),
  channel,
  hold: (by) => source.hold(by),
  forwarder,
  work,
  runtime,
  createBrowsing: puppeteer?.createBrowsing,
  dataFiles: new DataFiles(),
  builtIns,
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

void start();
