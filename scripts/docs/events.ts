import { eventTable, type RunEventType } from '../../packages/protocol/src/events.ts';
import { pageBounds } from '../../packages/protocol/src/pages.ts';
import { namesOf } from '../../packages/protocol/src/words.ts';
import { carriedTypes } from './library/events.ts';
import { boundsTable } from './limits.ts';
import { block, code, markdownPage, markdownTable } from './markdown.ts';

const head = `What happens in a run, in order. The library, the store of the service and HTTP have the same events.
Every event has these fields, and those in its own table:`;

const follow = `- **Library.** What \`sandbox.run\` returns can be iterated: \`for await (const event of sandbox.run(…))\`. It
  gives all events from the first one on, whenever you start; see [the guide](../guide/library.md#events-while-it-runs).
- **Command line.** \`castellan logs RUN_ID\` follows a run of a service and prints its lines.
- **HTTP.** \`GET /v1/runs/{id}/events\` answers with server-sent events: first those that were, then those that come.`;

const stream = `\`id\` is the \`seq\` of the event, \`event\` its type, and \`data\` the event as JSON; the data of \`run.queued\` and
\`run.finished\` is the run itself.`;

const example = `retry: 1000

id: 1
event: run.queued
data: {"id":"run_019a8f6e…","status":"queued",…}

id: 2
event: run.started
data: {"type":"run.started","seq":2,"time":"2026-11-30T08:46:12.031Z"}

id: 3
event: log
data: {"type":"log","seq":3,"time":"2026-11-30T08:46:12.044Z","stream":"stdout","level":"info","text":"step 1"}

: ping

id: 4
event: run.finished
data: {"id":"run_019a8f6e…","status":"succeeded","value":42,…}`;

const resume = `A stream that breaks off can be taken up where it ended: send the last \`id\` as the header \`Last-Event-ID\`
(browsers do), or as \`?after=\`. Nothing is missing then and nothing comes twice. \`after=0\`, or neither, starts at the
first event; so does asking for the events of a run that ended long ago, as long as the store keeps it. A comment comes
every 15 seconds, so that proxies do not close a stream in which nothing happens. The stream ends after
\`run.finished\`, and when the service stops. A reader that takes nothing for a minute is disconnected.`;

const pages = `Whoever asks for \`/v1/runs/{id}/events?pages=true\` gets pictures of the pages of the run's browser between the
events, while the run goes on:`;

const pageExample = `event: page
data: {"type":"page","page":1,"time":"2026-11-30T08:46:13.120Z","data":"/9j/4AAQSkZJRgABAQAAAQABAAD…"}`;

const pageRules = `\`data\` is a JPEG in base64, at most 800 pixels wide and high; \`page\` is the number of the page, from 1, for as long as
somebody watches. They are no events of the run: they have no \`seq\` and no \`id\`, are stored nowhere and never come again.
A picture is made when a page has changed, and only while somebody watches. All who watch a run share its pictures, and
whoever reads slowly gets the newest. With an \`after\` that is larger than any \`seq\`, such as 999999999999999, there are
pictures and no events. In the library it is \`handle.pages()\`, in the client \`run.pages()\`. A service shows the runs that
it executes itself: of two services over one database, each has its own.

Making pictures takes time of the browser's processors, which counts in \`browserCpuMs\`: nothing for a page at rest,
about a quarter of a second in each second for a page of 1280 × 720 that moves all the time.`;

/** Returns the reference page of the events of a run. */
export function eventsReference(): string {
  return markdownPage('Events', 'the table of events', [
    head,
    markdownTable(
      ['field', 'type', 'what it is'],
      [
        ['`type`', '`string`', 'One of the names below.'],
        ['`seq`', '`number`', 'Counts the events of the run from 1, across its attempts.'],
        ['`time`', '`string`', 'When it happened, by the clock of the launcher: RFC 3339, UTC.'],
      ],
    ),
    '## Types of events',
    ...namesOf(eventTable).map(sectionOf),
    '## Following a run',
    follow,
    '## Server-sent events',
    stream,
    block('text', example),
    '## Resuming',
    resume,
    '## Pictures of pages',
    pages,
    block('text', pageExample),
    pageRules,
    boundsTable(pageBounds),
  ]);
}

function sectionOf(type: RunEventType): string {
  const { sentence, carries } = eventTable[type];
  const types = carriedTypes(type);
  const rows = Object.entries<string>(carries).map(([field, about]) => [
    code(field),
    types.get(field) ?? '',
    about,
  ]);
  const table = rows.length === 0 ? [] : [markdownTable(['field', 'type', 'what it is'], rows)];
  return [`### ${code(type)}`, sentence, ...table].join('\n\n');
}
