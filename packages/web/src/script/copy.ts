import { type LimitName, limitTable } from '@castellan/protocol';
import { isEmpty, requestOf, type Writing } from './draft.ts';
import { readEnv } from './input.ts';

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
    const { params, policy, isolation, limits, files, env, stdin, data, record } = writing;
    const variables = readEnv(env);
    const [first = { name: 'script.ts', text: '' }] = files;
    const flags = [
      ...(params.trim() === '{}' ? [] : [`--params ${quoted(params)}`]),
      ...(policy === null ? [] : [`--policy ${quoted(policy)}`]),
      ...(isolation === null ? [] : [`--isolation ${isolation}`]),
      ...Object.entries(limits).map(([name, value]) => {
        const { flag, unit } = limitTable[name as LimitName];
        return `--${flag} ${value}${{ ms: 'ms', bytes: 'b', count: '' }[unit]}`;
      }),
      ...('wrong' in variables
        ? []
        : Object.entries(variables.value).map((pair) => `--env ${quoted(pair.join('='))}`)),
      ...(stdin === '' ? [] : ['--stdin']),
      ...data.map(({ name }) => `--file ${quoted(name)}`),
      ...(isEmpty(record) ? [] : [`--record ${Object.keys(record).join(',')}`]),
    ];
    // The script comes from where it lies when standard input has something else.
    const isPiped = files.length === 1 && stdin === '';
    const given = isPiped ? '-' : quoted(first.name);
    const command = ['CASTELLAN_URL=' + quoted(url), 'castellan submit', given, ...flags].join(' ');
    const piped = isPiped ? first.text : stdin;
    return piped === '' ? `${command}\n` : `printf '%s' ${quoted(piped)} | ${command}\n`;
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
