/** What a worker of the browser sandbox runs. The build bundles it, with the guest and its libraries. */
import { frameTypes, type PortFrame, type WorkerJob } from '@castellan/protocol/frames';
// In this order: the guest replaces what the worker needs of the browser.
import * as natives from './natives.ts';
// oxlint-disable-next-line import/no-unassigned-import -- it takes what the browser has of libraries
import './libraries.ts';
// oxlint-disable-next-line import/no-unassigned-import -- it takes the browser's timers
import '../waiting.ts';
// oxlint-disable-next-line import/no-unassigned-import -- it puts the guest into this realm
import '../../guest/main.ts';
import { type Boot, type Guest, type Host, hostFunctions, hostNames } from '../../guest/host.ts';
import { BuiltIns } from '../built-ins.ts';
import { WorkerExecution } from './execution.ts';
import { PortFrames } from './frames.ts';
import { removeForeignGlobals } from './globals.ts';
import { missingWall } from './walls.ts';

const { parse, stringify } = JSON;
const { apply } = Reflect;

/** The two ends that are used of a port: the script reaches neither. */
interface Port {
  postMessage(frame: PortFrame): void;
  addEventListener(type: 'message', listen: (event: { readonly data: PortFrame }) => void): void;
  start(): void;
}

const boot = Reflect.get(globalThis, '__castellan') as Boot;
Reflect.deleteProperty(globalThis, '__castellan');

natives.addListener(
  'message',
  ({ ports: [port] }: { readonly ports: readonly Port[] }) => {
    if (port !== undefined) void serve(port);
  },
  { once: true },
);

async function serve(port: Port): Promise<void> {
  const send = port.postMessage.bind(port);
  const listen = port.addEventListener.bind(port, 'message');
  const missing = await missingWall();
  removeForeignGlobals();
  let take = ([, , rest]: PortFrame): void => {
    take = run(parse(rest as string) as WorkerJob, send);
  };
  listen(({ data }) => take(data));
  port.start();
  send([frameTypes.ready, stringify({ missing }), null]);
}

/** Starts the run; returns what takes the answers to its calls. */
function run(job: WorkerJob, send: (frame: PortFrame) => void): (frame: PortFrame) => void {
  const bytes = new Uint8Array(0);
  const builtIns = new BuiltIns([]);
  const later = (work: () => void): void => natives.soon(() => execution.turn(work));
  const execution: WorkerExecution = new WorkerExecution(job, send, builtIns, () => guest);
  const frames = new PortFrames(send, job.source, {
    request: (id) => later(() => guest.onError(id, 'The request was refused')),
    call: (id, answer) => later(() => guest.settle(id, stringify(answer), bytes)),
  });
  const parts = { frames, run: execution } as const;
  const guest: Guest = boot(
    ...hostNames.map((name) => {
      const part = parts[hostFunctions[name]] as unknown as Host;
      return (...values: unknown[]): unknown => apply(part[name], part, values);
    }),
  );
  builtIns.remember();
  execution.start();
  return (frame) => {
    const { id } = parse(frame[1]) as { readonly id: number };
    execution.turn(() => guest.settle(id, frame[1], bytes));
  };
}
