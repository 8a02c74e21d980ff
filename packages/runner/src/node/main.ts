/**
 * The runner of the node engine. `node node-runner.js WORK RUNTIME PROXY_PORT NETWORK`: the working
 * directory, the folder that holds the runtime's `node_modules` (empty for none), the port to
 * offer the proxy at (0 for any), and whether a network is allowed, so that it is made ready.
 *
 * The script shares this process and may take all of it over: nothing that is said from here is
 * believed outside, and nothing here holds a wall up.
 */
import { type Frame, frameTypes, type JobMessage, type SettleMessage } from '@castellan/protocol';
import { Channel } from '../channel/channel.ts';
import { NodeExecution } from './execution.ts';
import { Forwarder } from './forwarder.ts';
import { warmUp } from './warm.ts';

const [, , work = '', runtime = '', proxyPort = '', network = ''] = process.argv;
process.argv.splice(1);
process.chdir(work);

const channel = new Channel();
const forwarder = new Forwarder(channel);
let execution: NodeExecution | undefined;

const take: Record<number, (frame: Frame) => void> = {
  [frameTypes.job]({ json }) {
    const job = JSON.parse(json) as JobMessage;
    execution = new NodeExecution(job, { channel, forwarder, work, runtime });
    void execution.run();
  },
  [frameTypes.settle]({ json }) {
    execution?.settle((JSON.parse(json) as SettleMessage).id, json);
  },
};

void (async () => {
  await forwarder.listen(Number(proxyPort));
  warmUp();
  if (network === 'true') forwarder.route();
  channel.listen((frame) => {
    const handle = take[frame.type];
    if (handle === undefined) forwarder.take(frame);
    else handle(frame);
  });
  channel.send(frameTypes.ready, {});
})();
