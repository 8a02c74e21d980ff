import { eventTable, namesOf, pageBounds } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { z } from 'zod';
import { writeEvents, writePages } from '../events/stream.ts';
import { ProblemError } from '../problems/problem.ts';
import { problemsOf } from '../schemas/answers.ts';
import { flagInQuery, numberIn, runParams, runTokenField } from '../schemas/params.ts';
import type { Watch } from '../../runs/contract/watch.ts';
import { type App, reachOf } from './app.ts';
import type { RouteOptions } from './options.ts';
import { found } from './runs.ts';

const types = namesOf(eventTable)
  .map((type) => `\`${type}\``)
  .join(' ');

/** How often a stream looks whether its key is still in force, unless the options say otherwise. */
const standardLookMs = 15_000;
const { framesPerSecond, bytesPerSecond, watchedRuns } = pageBounds;

const aboutPages = `Whether pictures of its pages are wanted too, while it runs with a browser: \`page\` events, whose \`data\` is a JPEG in base64, and \`page\` the number of the page. They have no \`id\`, are not stored, and are made only while somebody asks for them: at most ${framesPerSecond.most} and ${bytesPerSecond.most} bytes a second, and whoever reads slowly gets the newest. For pictures alone, let \`after\` be larger than any \`id\`.`;

const mostSeq = Number.MAX_SAFE_INTEGER;

/** Streams the live events of a run, resumable. `closing` ends all streams; clients resume. */
export function addEvents(app: App, options: RouteOptions, closing: AbortSignal): void {
  const { runs, watch, log, lookMs = standardLookMs } = options;
  app.get(
    '/v1/runs/:id/events',
    {
      // A HEAD request would stay open for as long as the run, without a body.
      exposeHeadRoute: false,
      config: { access: 'runs:read', takesToken: true },
      schema: {
        operationId: 'streamEvents',
        summary: 'The events of a run: those that were, then those that come.',
        description: `Server-sent events. \`id\` counts the events of the run; send it back as \`Last-Event-ID\`, or as \`?after=\`, and nothing is missing and nothing comes twice. Types: ${types}; the data of the first and the last is the Run. A comment comes every 15 s. The stream ends after \`run.finished\`, and with the key or the run token that it was asked for with.`,
        tags: ['runs'],
        params: runParams,
        headers: z.looseObject({
          'last-event-id': z.string().optional().describe('As `after`, sent by browsers.'),
        }),
        querystring: z.strictObject({
          after: numberIn(0, mostSeq).describe('The `id` of the last event that is known.'),
          pages: flagInQuery.describe(aboutPages),
          token: runTokenField,
        }),
        response: {
          200: {
            description: 'The events.',
            content: { 'text/event-stream': { schema: z.string() } },
          },
          ...problemsOf(400, 401, 403, 404, 422, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const after = request.query.after ?? lastEventId(request.headers['last-event-id']);
      const stop = new AbortController();
      const end = (): void => stop.abort();
      reply.raw.once('close', end);
      const events = found(
        await runs.events(reachOf(request.caller), request.params.id, after, stop.signal),
        request,
      );
      const wantsPages = request.query.pages === true && watch !== null;
      const pages = wantsPages ? watched(watch, request.params.id, stop.signal) : undefined;
      const { tokenEndsAt } = request;
      const over = tokenEndsAt === null ? undefined : setTimeout(end, tokenEndsAt - Date.now());
      const look = setInterval(() => {
        void request.isStillWelcome().then((isWelcome) => isWelcome || end());
      }, lookMs);
      closing.addEventListener('abort', end, { once: true });
      if (closing.aborted) end();
      reply.hijack();
      try {
        reply.raw.writeHead(200, {
          ...(reply.getHeaders() as Record<string, string>),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        // How long a browser waits before it reconnects, in milliseconds.
        reply.raw.write('retry: 1000\n\n');
        const showing = pages && writePages(pages, reply.raw, stop);
        await writeEvents(events, reply.raw, stop);
        stop.abort();
        await showing;
      } catch (error) {
        log.error({ err: error, runId: request.params.id }, 'an event stream broke off');
      } finally {
        clearTimeout(over);
        clearInterval(look);
        closing.removeEventListener('abort', end);
        reply.raw.end();
        stop.abort();
      }
    },
  );
}

function watched(watch: Watch, id: string, signal: AbortSignal): AsyncIterable<string> {
  const pages = watch(id, signal);
  if (pages !== undefined) return pages;
  throw new ProblemError(
    'overloaded',
    `Pages of ${watchedRuns.most} runs are watched already, which is the most.`,
    { retryAfterMs: 5_000, fix: 'Leave ?pages=true out: the events are there without it.' },
  );
}

function lastEventId(header: string | readonly string[] | undefined): number {
  if (header === undefined || header === '') return 0;
  const text = String(header);
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new ProblemError(
    'malformed_request',
    `Last-Event-ID ${shown(text)} is not the id of an event.`,
  );
}
