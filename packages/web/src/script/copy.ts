import { type LimitName, limitTable } from '@castellan/protocol';
import { requestOf, type Writing } from './draft.ts';

/** The same run from elsewhere. Nothing of the key is in it. */
export const copies = {
  curl: (writing, { url, hasKey }) => {
    const key = hasKey ? `\n  -H "authorization: Bearer $CASTELLAN_KEY" \\` : '';
    return `curl -sS ${quoted(`${url}/v1/runs`)} \\${key}
  -H 'content-type: application/json' -H 'prefer: wait=25' \\
  -d ${quoted(JSON.stringify(requestOf(writing)))}\n`;
  },
  SDK: (writing, { url, hasKey }) => `import { createClient } from '@castellan/sdk';

const castellan = createClient({ url: ${JSON.stringify(url)}${hasKey ? ', key: process.env.CASTELLAN_KEY' : ''} });
const run = await castellan.runs.create(${JSON.stringify(requestOf(writing), null, 2)});
for await (const event of run.events()) console.log(event);
`,
  CLI: (writing, { url }) => {
    const { params, policy, isolation, limits, files } = writing;
    const [first = { name: 'script.ts', text: '' }] = files;
    const flags = [
      ...(params.trim() === '{}' ? [] : [`--params ${quoted(params)}`]),
      ...(policy === null ? [] : [`--policy ${quoted(policy)}`]),
      ...(isolation === null ? [] : [`--isolation ${isolation}`]),
      ...Object.entries(limits).map(([name, value]) => {
        const { flag, unit } = limitTable[name as LimitName];
        return `--${flag} ${value}${{ ms: 'ms', bytes: 'b', count: '' }[unit]}`;
      }),
    ];
    const given = files.length === 1 ? '-' : quoted(first.name);
    const command = ['CASTELLAN_URL=' + quoted(url), 'castellan submit', given, ...flags].join(' ');
    return files.length === 1 ? `printf '%s' ${quoted(first.text)} | ${command}\n` : `${command}\n`;
  },
} as const satisfies Record<string, (writing: Writing, service: Service) => string>;

export type Copy = keyof typeof copies;

interface Service {
  readonly url: string;
  readonly hasKey: boolean;
}

/** A word of a shell that means what it says, whoever wrote it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
