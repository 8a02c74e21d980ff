import { createHash, randomBytes } from 'node:crypto';
import type { RunEvent } from '@castellan/protocol';
import { encodeFrame, encodeText } from '@castellan/protocol/frames';
import { launcherFrames } from '../launching/messages.ts';
import type { HandedRun } from '../runs/contract/work.ts';
import type { KeyGrant } from '../keys/record.ts';
import { version } from '../version.ts';
import { endOf, type UnstampedEvent } from './scripted-launch.support.ts';
import type { Answer, TestService } from './service.support.ts';

interface Leased {
  readonly runs: readonly HandedRun[];
  readonly cancelled: readonly string[];
}

/** Whoever holds a worker's key and speaks HTTP: what it says is what a test has it say. */
export interface RawWorker {
  readonly headers: Readonly<Record<string, string>>;
  lease(asked?: object): Promise<Answer>;
  /** The runs that it is given. */
  take(asked?: object): Promise<readonly HandedRun[]>;
  cancelled(holds: readonly string[]): Promise<readonly string[]>;
  /** Tells events of a run; those without a number follow each other from `firstSeq` on. */
  tell(of: HandedRun, ...events: readonly Told[]): Promise<Answer>;
  /** The last event of the attempt. */
  finish(of: HandedRun, seq: number, value?: unknown): Promise<Answer>;
  fail(of: HandedRun, kind: string): Promise<Answer>;
  put(of: HandedRun, id: string, bytes: Buffer, sha256?: string): Promise<Answer>;
  post(of: HandedRun, frames: Uint8Array): Promise<Answer>;
}

export type Told = UnstampedEvent & { readonly seq?: number; readonly time?: string };

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

export function rawWorker(
  service: TestService,
  grant: Partial<KeyGrant> = {},
  nonce = randomBytes(16).toString('hex'),
): RawWorker {
  let number = 1;
  const { authorization } = service.bearer({ scopes: ['work'], ...grant });
  const headers = { authorization };
  const fenceOf = ({ lease }: HandedRun) => ({
    'castellan-worker': nonce,
    'castellan-lease': String(lease),
  });
  const lease = (asked: object = {}): Promise<Answer> =>
    service.inject({
      method: 'POST',
      url: '/v1/work/lease',
      headers,
      payload: {
        worker: nonce,
        version,
        policies: { default: ['bubblewrap'] },
        labels: {},
        free: 1,
        number: number++,
        open: [],
        holds: [],
        ...asked,
      },
    });
  const post = (of: HandedRun, frames: Uint8Array): Promise<Answer> =>
    service.inject({
      method: 'POST',
      url: `/v1/work/runs/${of.run.id}/events`,
      headers: {
        ...headers,
        ...fenceOf(of),
        'castellan-sent': String(Date.now()),
        'content-type': 'application/vnd.castellan.frames',
      },
      payload: Buffer.from(frames),
    });
  const leased = async (asked: object): Promise<Leased> =>
    (await lease(asked)).body as unknown as Leased;

  return {
    headers: { ...headers, 'castellan-worker': nonce },
    lease,
    post,
    take: async (asked = {}) => (await leased(asked)).runs,
    cancelled: async (holds) => (await leased({ holds, free: 0 })).cancelled,
    tell: (of, ...events) => {
      let next = of.run.firstSeq;
      const frames = events.map((event) => {
        const seq = event.seq ?? next;
        next = seq + 1;
        return frameOf({ time: new Date().toISOString(), ...event, seq });
      });
      return post(of, Buffer.concat(frames));
    },
    finish: (of, seq, value = null) => {
      const run = { ...endOf(of.run), value: null };
      const time = new Date().toISOString();
      const text = encodeText(JSON.stringify(value));
      return post(of, frameOf({ type: 'run.finished', seq, time, run }, text));
    },
    fail: (of, kind) => {
      const failed = {
        attempt: 1,
        kind,
        code: null,
        detail: 'it says so',
        fix: null,
        option: null,
      };
      return post(of, encodeFrame(launcherFrames.failed, JSON.stringify(failed)));
    },
    put: (of, id, bytes, sha256 = hashOf(bytes)) =>
      service.inject({
        method: 'PUT',
        url: `/v1/work/runs/${of.run.id}/artifacts/${id}`,
        headers: {
          ...headers,
          ...fenceOf(of),
          'castellan-sha256': sha256,
          'content-type': 'application/octet-stream',
          'content-length': String(bytes.length),
        },
        payload: bytes,
      }),
  };
}

function frameOf(event: Told | RunEvent, bytes?: Uint8Array): Uint8Array {
  return encodeFrame(launcherFrames.event, JSON.stringify({ attempt: 1, event }), bytes);
}
