import { FrameError, FrameReader } from '@castellan/protocol/frames';
import { readLauncherMessage } from '../../launching/inbound.ts';
import { launcherCaps } from '../../launching/messages.ts';
import type { AttemptEvent } from '../../runs/contract/launch.ts';
import type { Said } from '../../runs/contract/work.ts';
import { ProblemError } from '../problems/problem.ts';

/** What a worker says of a run: the frames in which the launcher of a machine says it. Throws a problem. */
export function readSaid(bytes: Buffer, atMs: number): Said {
  const events: AttemptEvent[] = [];
  let failure: Said['failure'] = null;
  try {
    const frames = new FrameReader(launcherCaps);
    for (const frame of frames.push(bytes)) {
      const message = readLauncherMessage(frame);
      if (failure !== null || events.at(-1)?.type === 'run.finished') {
        throw new FrameError('nothing comes after the end');
      }
      if (message.type === 'event') events.push(message.event);
      else if (message.type !== 'failed') throw new FrameError(`no ${message.type} is told here`);
      else failure = { kind: message.kind, message: message.failure.detail };
    }
    if (frames.midFrame) throw new FrameError('it ends within a frame');
    if (events.length === 0 && failure === null) throw new FrameError('it has no whole frame');
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    throw new ProblemError('malformed_request', `The body is no list of events: ${error.message}.`);
  }
  return { events, failure, atMs, bytes: bytes.length };
}
