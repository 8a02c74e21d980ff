import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { BoxFiles } from '../../walls/box-files.ts';
import type { BoxCgroup } from '../../walls/cgroup/cgroups.ts';
import { release, type WatchedChild } from '../../walls/child.ts';
import type { ProcessView } from '../../walls/procfs.ts';
import { reap } from '../../walls/reap.ts';
import { privateBytes, treeOf } from './processes.ts';

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
   * With a cgroup, limits further growth of its memory to `bytes`. Without one, its files are
   * included in `memory` from now on.
   */
  limitGrowth(bytes: number): void;
  /** Memory of all its processes together, in bytes; the last figures once it has ended. */
  memory(): { readonly bytes: number; readonly peakBytes: number };
  /** Whether the kernel killed one of its processes because the box was out of memory. */
  wasOutOfMemory(): boolean;
  kill(): void;
}

export interface ChromiumMaterial {
  readonly watched: WatchedChild;
  readonly init: ProcessView;
  readonly cgroup: BoxCgroup | undefined;
  readonly proxy: Server;
}

/** The interval at which new processes are searched for where there is no cgroup to count them. */
const searchMs = 250;
/** Chromium itself makes at most 32 connections to a proxy. */
const connections = 128;

export function runningChromium({ watched, init, cgroup, proxy }: ChromiumMaterial): ChromiumBox {
  const { stdio } = watched.child;
  const sockets = new Set<Socket>();
  let carry: ((socket: Socket) => void) | undefined;
  let last = { bytes: 0, peakBytes: 0 };
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

  const files = new BoxFiles(init.pid, '/tmp');
  // Searching for processes takes 6 ms; sampling the known ones 0.1 ms.
  let known = { pids: [init.pid] as readonly number[], at: -Infinity };
  const pids = (): readonly number[] => {
    if (performance.now() - known.at > searchMs) {
      known = { pids: treeOf(init.pid), at: performance.now() };
    }
    return known.pids;
  };
  const memory: ChromiumBox['memory'] = () => {
    const bytes =
      cgroup === undefined
        ? pids().reduce((sum, pid) => sum + privateBytes(pid), files.bytes)
        : (cgroup.read()?.memoryBytes ?? last.bytes);
    last = { bytes, peakBytes: Math.max(bytes, last.peakBytes, cgroup?.read()?.peakBytes ?? 0) };
    return last;
  };

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
    return watched.stderr;
  })();

  async function dispose(): Promise<void> {
    init.kill();
    proxy.close();
    for (const socket of sockets) socket.destroy();
    await release(watched);
    await reap(init);
    files[Symbol.dispose]();
    await cgroup?.remove();
  }
  let disposing: Promise<void> | undefined;

  return {
    pid: init.pid,
    commands: stdio[0] as Duplex,
    answers: stdio[1] as Duplex,
    exited,
    onConnection: (listener) => (carry = listener),
    limitGrowth(bytes) {
      if (cgroup === undefined) files.open();
      else cgroup.limitGrowth(bytes);
    },
    memory,
    wasOutOfMemory,
    kill: () => init.kill(),
    [Symbol.asyncDispose]: () => (disposing ??= dispose()),
  };
}
