/**
 * The runner of the node engine. `node node-runner.js WORK RUNTIME PROXY_PORT NETWORK BROWSER`: the
 * working directory, the folder that holds the runtime's `node_modules` (empty for none), the port
 * to offer the proxy at (0 for any), whether a network is allowed, so that it is made ready, and
 * whether Puppeteer is.
 *
 * The script shares this process and may take all of it over: nothing that is said from here is
 * believed outside, and nothing here holds a wall up.
 */
import { createRequire } from 'node:module';
import type * as browserBundle from './browser/index.ts';
import { Channel } from '../../channel/channel.ts';
import { serve } from '../serve.ts';
import { NodeEngine } from './engine.ts';
import { Forwarder } from './forwarder.ts';

const [, program = '', work = '', runtime = '', proxyPort = '', network = '', browser = ''] =
  process.argv;
process.argv.splice(1);
process.chdir(work);

const puppeteer =
  browser === 'true'
    ? (createRequire(program)('./node-browser.js') as typeof browserBundle)
    : undefined;
const channel = new Channel();
const forwarder = new Forwarder(channel);
const engine = new NodeEngine({
  channel,
  forwarder,
  work,
  runtime,
  createBrowsing: puppeteer?.createBrowsing,
});

async function start(): Promise<void> {
  await forwarder.listen(Number(proxyPort));
  if (network === 'true') forwarder.route();
  await engine.rehearse();
  // It was for the pool of threads of this process, which has been made by now.
  delete process.env['UV_THREADPOOL_SIZE'];
  // Processes of the script's own get the seat belt too; they need not say so each time.
  if (process.permission.has('child')) {
    process.env['NODE_OPTIONS'] = '--disable-warning=SecurityWarning';
  }
  serve(channel, engine);
}

void start();
