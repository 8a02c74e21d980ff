import type { Action } from './actions.ts';
import { commented, fitting } from './fitting.ts';
import { tenth } from './har.ts';
import type { Moments } from './moments.ts';
import type { Request } from './requests.ts';

/** What a trace shows, and what was left out of it. */
export interface Traced {
  readonly actions: readonly Action[];
  readonly requests: readonly Request[];
  readonly comment: string;
}

/** A stretch of time on one of the two lists of a trace. */
interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly args: object;
}

const lists = { actions: 1, requests: 2 } as const;

/**
 * Calls and requests in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open: each is
 * an event of phase `X` with `ts` and `dur` in microseconds. What overlaps stands on lanes (`tid`) of its
 * own, since the events of a lane have to be nested.
 */
export function traceOf(traced: Traced, moments: Moments, runId: string): string {
  const end = moments.now();
  const actions = traced.actions.map((action) => actionSpan(action, end));
  const requests = traced.requests.map((request) => requestSpan(request, end));
  const events = [
    naming(lists.actions, 'Calls of Puppeteer'),
    naming(lists.requests, 'Requests'),
    ...onLanes(actions, lists.actions, 'action'),
    ...onLanes(requests, lists.requests, 'request'),
  ];
  const { list, rest } = fitting(events.map((event) => JSON.stringify(event)));
  const otherData = JSON.stringify({
    format: 'castellan-trace/1',
    run: runId,
    startedAt: moments.time(0),
    comment: commented(traced.comment, rest),
  });
  return `{"displayTimeUnit":"ms","otherData":${otherData},"traceEvents":${list}}\n`;
}

function actionSpan({ name, args, place, from, to, error }: Action, end: number): Span {
  const state = to === null ? { isUnfinished: true } : {};
  const failure = error === null ? {} : { error };
  return { name, from, to: to ?? end, args: { arguments: args, place, ...failure, ...state } };
}

function requestSpan(request: Request, end: number): Span {
  const { page, method, url, type, status, error, from, to } = request;
  const failure = error === null ? {} : { error };
  const state = to === null ? { isUnfinished: true } : {};
  return {
    name: `${method} ${URL.parse(url)?.pathname ?? url}`,
    from,
    to: to ?? end,
    args: { url, status, type, page, bytes: request.answerBytes, ...failure, ...state },
  };
}

function naming(pid: number, name: string): object {
  return { ph: 'M', name: 'process_name', pid, tid: 0, args: { name } };
}

/** Each on the first lane that is free again. */
function onLanes(spans: readonly Span[], pid: number, cat: string): object[] {
  const freeFrom: number[] = [];
  return spans
    .toSorted((one, other) => one.from - other.from)
    .map(({ name, from, to, args }) => {
      const free = freeFrom.findIndex((moment) => moment <= from);
      const lane = free === -1 ? freeFrom.length : free;
      freeFrom[lane] = to;
      const [ts, dur] = [Math.round(from * 1_000), Math.round(tenth(to - from) * 1_000)];
      return { ph: 'X', name, cat, pid, tid: lane + 1, ts, dur, args };
    });
}
