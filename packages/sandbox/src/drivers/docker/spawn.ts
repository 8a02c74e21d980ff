import { readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import type { Stream } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Enclosure } from '../../boxes/enclosure.ts';
import { takeUser } from '../../walls/box-users.ts';
import { adoptCgroup } from '../../walls/cgroup/adopt.ts';
import { type Ended, head, unwrapped } from '../../walls/child.ts';
import { ProcessView } from '../../walls/procfs.ts';
import type { Enclosed } from '../driver.ts';
import { type DockerApi, DockerError } from './api.ts';
import { amongThoseOf, Attached } from './attached.ts';
import { containerOf } from './container.ts';
import type { Keeper } from './keep.ts';
import { removeSurely } from './orphans.ts';
import type { ContainerUsers } from './users.ts';

/** How long the daemon may take to notice the end of a program. */
const noticedMs = 2_000;

/** What containers of one kind have in common. */
export interface Containers {
  readonly image: string;
  readonly runtime: string | undefined;
  /** Of whom each has one to itself. */
  readonly users: ContainerUsers | undefined;
}

/** Starts a container, whose program gets its descriptors 0 to 2 by the connection to the daemon. */
export function spawnContainer(
  api: DockerApi,
  keeper: Keeper,
  enclosure: Enclosure,
  { image, runtime, users }: Containers,
): Enclosed {
  using taken = new DisposableStack();
  const user = users === undefined ? undefined : taken.use(takeUser(users.range)).id;
  const inside = user === undefined ? undefined : user - (users?.root ?? 0);
  const channel = new Attached();
  const replies = amongThoseOf(channel);
  const errors = new Attached();
  const streams = [channel, replies, errors];
  const streamsClosed = Promise.all(streams.map(closing));
  const inner = Promise.withResolvers<ProcessView | undefined>();
  const ended = Promise.withResolvers<Ended>();
  /** What the daemon said, which has ended the streams of the container by then. */
  const fault = Promise.withResolvers<string>();
  /** The daemon has it no more, or cannot be asked. */
  const removed = Promise.withResolvers<unknown>();
  let id: string | undefined;
  let isKilled = false;

  /** Asked of the daemon once: it does the rest. */
  function remove(): void {
    if (isKilled) return;
    isKilled = true;
    channel.abandon();
    if (id !== undefined) removeSurely(api, id).then(removed.resolve, removed.resolve);
  }

  async function stand(): Promise<void> {
    let end: Awaited<ReturnType<DockerApi['wait']>> | undefined;
    try {
      const config = containerOf(enclosure, image, runtime, inside);
      const made = await api.call('POST', '/containers/create', config);
      id = (made as { readonly Id: string }).Id;
      const path = `/containers/${id}`;
      if (isKilled) return await removeSurely(api, id);
      end = await api.wait(`${path}/wait?condition=next-exit`);
      channel.connect(await api.attach(`${path}/attach?stream=1&stdin=1&stdout=1`));
      errors.connect(await api.attach(`${path}/attach?stream=1&stderr=1`));
      await api.call('POST', `${path}/start`);
      inner.resolve(await programOf(api, id, remove, end.answer));
      const answered = await Promise.race([end.answer, removed.promise.then(late)]);
      end.stop();
      const { StatusCode } = answered as { readonly StatusCode: number };
      // The filter lets no program in the box choose such a code itself, unless it may start others.
      ended.resolve(unwrapped({ code: StatusCode, signal: null }));
      fault.resolve('');
      await gone(api, id);
      if (isKilled) await removed.promise;
    } catch (error) {
      fault.resolve(`docker: ${(error as Error).message}`);
      end?.stop();
      if (id !== undefined) await removeSurely(api, id).catch(() => undefined);
    }
  }

  keeper.hold();
  const held = taken.move();
  const closed = stand().then(async () => {
    // Where there was a container, its end has closed them.
    for (const each of [channel, errors]) if (!each.isConnected) each.push(null);
    inner.resolve(undefined);
    ended.resolve({ code: null, signal: null });
    fault.resolve('');
    await keeper.release();
    await streamsClosed;
    // Its program is gone, and so is all that it started.
    held.dispose();
  });
  return {
    ...(user === undefined ? {} : { user }),
    watched: {
      ends: [null, null, errors, channel, replies],
      ended: ended.promise,
      stderr: Promise.all([head(errors), fault.promise]).then((words) => words.join('')),
      closed,
    },
    inner: inner.promise,
    kill: remove,
    cgroup: (pid) => (id === undefined ? undefined : adoptCgroup(pid, id)),
  };
}

/** A program that is killed by way of the daemon too: only root may do it directly. */
class ContainedProgram extends ProcessView {
  readonly #remove: () => void;

  constructor(pid: number, remove: () => void) {
    super(pid);
    this.#remove = remove;
  }

  override kill(): void {
    super.kill();
    this.#remove();
  }
}

/** The program in the container; `undefined` when it has ended. Throws when nothing can be proved of it. */
async function programOf(
  api: DockerApi,
  id: string,
  remove: () => void,
  ending: Promise<unknown>,
): Promise<ProcessView | undefined> {
  const pid = await pidOf(api, id);
  if (pid === 0) return undefined;
  try {
    // The pid is the daemon's: in another process namespace it is somebody else, or nobody.
    if (!readFileSync(`/proc/${pid}/cgroup`, 'latin1').includes(id)) throw new Error('another');
    readlinkSync(`/proc/${pid}/ns/mnt`);
    return new ContainedProgram(pid, remove);
  } catch {
    // One that has ended is gone for the kernel before the daemon knows.
    await Promise.race([ending, wait(noticedMs, undefined, { ref: false })]);
    if ((await pidOf(api, id)) === 0) return undefined;
    throw new Error(`the container cannot be seen: its process ${pid} is not visible here`);
  }
}

/** The pid of its program; 0 when it has ended. */
async function pidOf(api: DockerApi, id: string): Promise<number> {
  try {
    const { State } = (await api.call('GET', `/containers/${id}/json`)) as {
      readonly State: { readonly Pid: number };
    };
    return State.Pid;
  } catch (error) {
    if (error instanceof DockerError && error.code === 404) return 0;
    throw error;
  }
}

async function closing(stream: Stream): Promise<void> {
  stream.on('error', () => undefined);
  await new Promise((resolve) => stream.once('close', resolve));
}

/** What the daemon says of a program that was killed, for one that has not said it. */
async function late(): Promise<object> {
  await wait(noticedMs, undefined, { ref: false });
  return { StatusCode: 128 + constants.signals.SIGKILL };
}

/** Resolves when the daemon has removed the container; it does so by itself, and is asked where it does not. */
async function gone(api: DockerApi, id: string): Promise<void> {
  try {
    const asked = await api.wait(`/containers/${id}/wait?condition=removed`);
    const isRemoved = asked.answer.then(() => true);
    const tooLong = wait(noticedMs, false, { ref: false });
    if (!(await Promise.race([isRemoved, tooLong]))) await removeSurely(api, id);
    asked.stop();
  } catch {
    // It is gone already, or the daemon is.
  }
}
