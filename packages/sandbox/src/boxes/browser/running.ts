import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { BoxCgroup } from '../../walls/cgroup/cgroups.ts';
import { letGo } from '../../walls/cgroup/cpu.ts';
import type { Watched } from '../../walls/child.ts';
import type { ProcessView } from '../../walls/procfs.ts';
import { bury } from '../../walls/reap.ts';
import { type BrowserUse, cgroupGauge, procGauge } from './gauge.ts';

/** A running Chromium in its box. Disposing of it kills it and waits until nothing is left. */
export interface ChromiumBox extends AsyncDisposable {
  /** The pid of the box's process 1, in the pid namespace of this process. */
  readonly pid: number;
  /** Chromium reads commands from here. */
  readonly commands: Duplex;
  /** Chromium writes answers and events here. Every byte is hostile. */
  readonly answers: Duplex;
  /** Resolves with its standard error when it has ended. Never rejects. */
  readonly exited: Promise<string>;
  /** Sets the listener for Chromium's connections to its proxy. Without one they are closed. */
  onConnection(listener: (socket: Socket) => void): void;
  /**
   * With a cgroup, limits further growth of its memory to `bytes`, and its processors. Without one, its files are
   * included in `use` from now on.
   */
  limitGrowth(bytes: number): void;
  /** What all its processes use together; the last figures once it has ended. */
  use(): BrowserUse;
  /** Whether the kernel killed one of its processes because the box was out of memory. */
  wasOutOfMemory(): boolean;
  kill(): void;
}

export interface ChromiumMaterial {
  readonly watched: Watched;
  readonly init: ProcessView;
  readonly cgroup: BoxCgroup | undefined;
  /** Processors that a run's browser may use at a time. Left out: as many as are free. */
  readonly cpus: number | undefined;
  readonly proxy: Server;
}

/** Chromium itself makes at most 32 connections to a proxy. */
const connections = 128;

export function runningChromium(material: ChromiumMaterial): ChromiumBox {
  const { watched, init, cgroup, cpus, proxy } = material;
  const sockets = new Set<Socket>();
  let carry: ((socket: Socket) => void) | undefined;
  let isFull = false;

  // Node's types lack this property of servers.
  Object.assign(proxy, { allowHalfOpen: true });
  proxy.on('error', () => undefined);
  proxy.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    if (carry === undefined || sockets.size >= connections) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    carry(socket);
  });

  const gauge = cgroup === undefined ? procGauge(init.pid) : cgroupGauge(cgroup);

  const wasOutOfMemory = (): boolean => {
    try {
      isFull ||= cgroup !== undefined && cgroup.oomKills() > 0;
    } catch {
      // The cgroup is removed: the last answer counts.
    }
    return isFull;
  };

  const exited = (async () => {
    await watched.ended;
    wasOutOfMemory();
    gauge.read();
    return watched.stderr;
  })();

  function kill(): void {
    if (cpus !== undefined) letGo(cgroup);
    init.kill();
  }

  async function dispose(): Promise<void> {
    kill();
    proxy.close();
    for (const socket of sockets) socket.destroy();
    await bury(init, watched);
    gauge[Symbol.dispose]();
    await cgroup?.remove();
  }
  let disposing: Promise<void> | undefined;

  return {
    pid: init.pid,
    commands: watched.ends[0] as Duplex,
    answers: watched.ends[1] as Duplex,
    exited,
    onConnection: (listener) => (carry = listener),
    limitGrowth(bytes) {
      gauge.countFiles();
      cgroup?.limitGrowth(bytes);
      if (cpus !== undefined) cgroup?.limitCpus(cpus);
    },
    use: () => gauge.read(),
    wasOutOfMemory,
    kill,
    [Symbol.asyncDispose]: () => (disposing ??= dispose()),
  };
}
