import { refusals } from '../../packages/sandbox/src/browser/relay/table/refusals.ts';
import { type Row, sessionTypes } from '../../packages/sandbox/src/browser/relay/table/row.ts';
import { table } from '../../packages/sandbox/src/browser/relay/table/table.ts';
import { code, codes, markdownPage, markdownTable } from './markdown.ts';

const head = `What a script may send over a session of its browser, as in
\`(await page.createCDPSession()).send('Performance.getMetrics')\`. Puppeteer itself sends the same commands. A command has to
be in these tables, on a session of that kind, with parameters that it has; all else fails with a \`ProtocolError\` whose
message says why, and is named once in the log of the run, marked \`[browser]\`. Whose Chromium does not know a command
hears that from Chromium. [Browser](../guide/browser.md) is the guide, [SECURITY.md](../../SECURITY.md#the-browser) says what
the relay is for.`;

const kinds = `A session is of the browser, of a tab, of a page, of a frame in a process of its own, or of a worker
(shared and service workers too).`;

/** Returns the reference page of the commands that a script may send to its browser. */
export function browserCommandsReference(): string {
  const methods = Object.keys(table).toSorted();
  const domains = Map.groupBy(methods, (method) => method.split('.', 1)[0] ?? '');
  return markdownPage('Commands of the browser', 'the relay’s table of commands', [
    head,
    `## Allowed\n\n${kinds}`,
    markdownTable(
      ['domain', 'on sessions of', 'commands'],
      [...domains].flatMap(([domain, listed]) =>
        [...Map.groupBy(listed, (method) => table[method]?.sessions.join())].map(
          ([sessions, same]) => [
            domain,
            shownSessions(sessions ?? ''),
            codes(same.map((method) => method.slice(domain.length + 1))),
          ],
        ),
      ),
    ),
    `## Parameters with a rule\n\nThe others may have any value. A rule is checked before Chromium sees the command.`,
    markdownTable(
      ['command', 'parameter', 'rule'],
      methods.flatMap((method) => rulesOf(method, table[method])),
    ),
    `## Answered by the relay\n\nThese are accepted, so that programs go on, and are not sent to Chromium as they are.`,
    markdownTable(
      ['command', 'instead'],
      methods.flatMap((method) => {
        const answered = table[method]?.answered;
        return answered === undefined ? [] : [[code(method), answered.why]];
      }),
    ),
    '## Refused',
    markdownTable(
      ['because', 'commands'],
      refusals.map(({ why, methods: listed }) => [why, codes(listed)]),
    ),
  ]);
}

function shownSessions(joined: string): string {
  const found = joined.split(',');
  return found.length === sessionTypes.length ? 'any kind' : found.join(', ');
}

function rulesOf(method: string, row: Row | undefined): string[][] {
  return Object.entries(row?.parameters ?? {})
    .filter(([, { name }]) => name !== 'any')
    .map(([parameter, { name }]) => [code(method), code(parameter), name]);
}
