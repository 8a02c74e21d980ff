import type { Policy } from '../session/offer.ts';
import type { Writing } from './draft.ts';
import { noInput } from './input.ts';

/** What an example may need of a policy: whether it is there, and how an operator offers it. */
const needs = {
  package: {
    what: 'the package lodash',
    isMet: ({ modules }) => modules.includes('lodash') || modules.includes('*'),
    fix: 'a policy whose runtime has it, and whose modules name it',
  },
  network: {
    what: 'a network',
    isMet: ({ network }) => network !== null && network.allow.length > 0,
    fix: 'castellan serve --allow-host example.com',
  },
  helpers: {
    what: 'helpers',
    isMet: ({ helpers }) => helpers.length > 0,
    fix: 'helpers of a policy in the config file',
  },
  browser: {
    what: 'a browser',
    isMet: ({ browser }) => browser,
    fix: 'castellan serve --browser',
  },
} as const satisfies Record<string, Need>;

interface Need {
  readonly what: string;
  readonly isMet: (policy: Policy) => boolean;
  readonly fix: string;
}

/** A script to start from. */
export interface Example {
  readonly name: string;
  readonly code: string;
  readonly params?: object;
  readonly needs?: readonly (keyof typeof needs)[];
}

const examples: readonly Example[] = [
  {
    name: 'Text only',
    params: { names: ['Ada', 'Grace'] },
    code: `interface Params {
  names: string[];
}

export default function ({ names }: Params) {
  for (const name of names) console.log(\`greeting \${name}\`);
  return { greetings: names.map((name) => \`Hello, \${name}!\`) };
}
`,
  },
  {
    name: 'Logs, progress and a file',
    code: `const rows = ['n,square'];
for (let n = 1; n <= 5; n++) {
  progress(n / 5, \`row \${n}\`);
  console.log('row', n);
  rows.push(\`\${n},\${n * n}\`);
}
console.warn('five rows are few');
await artifacts.write('squares.csv', rows.join('\\n'), { contentType: 'text/csv' });
return rows.length - 1;
`,
  },
  {
    name: 'Packages',
    needs: ['package'],
    params: {
      orders: [
        { who: 'Ada', total: 12 },
        { who: 'Grace', total: 30 },
        { who: 'Ada', total: 8 },
      ],
    },
    code: `import _ from 'lodash';

const byName = _.groupBy(params.orders, 'who');
export default () => _.mapValues(byName, (orders) => _.sumBy(orders, 'total'));
`,
  },
  {
    name: 'Fetch',
    needs: ['network'],
    params: { url: 'HOST' },
    code: `const response = await fetch(params.url);
console.log(response.status, response.headers.get('content-type'));
return (await response.text()).length;
`,
  },
  {
    name: 'Helpers',
    needs: ['helpers'],
    code: `// Functions of whoever runs this service. Completion knows their names.
return typeof HELPER;
`,
  },
  {
    name: 'Screenshot',
    needs: ['browser'],
    params: { html: '<h1 style="font: 48px sans-serif">Hello</h1>' },
    code: `await page.setContent(params.html);
await artifacts.write('page.png', await page.screenshot());
return page.title();
`,
  },
  {
    name: 'PDF',
    needs: ['browser'],
    code: `await page.setContent('<h1>Invoice 7</h1><p>Nothing is owed.</p>');
await page.pdf({ path: 'invoice.pdf', format: 'A5' });
`,
  },
  {
    name: 'Scrape',
    needs: ['browser', 'network'],
    params: { url: 'HOST' },
    code: `await page.goto(params.url, { waitUntil: 'domcontentloaded' });
return page.evaluate(() =>
  Array.from(document.querySelectorAll('a'), ({ href, textContent }) => ({ href, text: textContent })),
);
`,
  },
  {
    name: 'Form and login',
    needs: ['browser'],
    params: { user: 'ada', password: 'lovelace' },
    code: `await page.setContent(\`
  <form onsubmit="document.title = user.value + ' is in'; this.remove(); return false">
    <label>User <input id="user"></label>
    <label>Password <input id="password" type="password"></label>
    <button>Sign in</button>
  </form>\`);
await page.type('#user', params.user);
await page.type('#password', params.password);
await page.click('button');
await artifacts.write('after.png', await page.screenshot());
return page.title();
`,
  },
];

/** The examples that a policy lets run. */
export function examplesFor(policy: Policy): readonly Example[] {
  return examples.filter((example) => missingOf(example, policy).length === 0);
}

function missingOf({ needs: wanted = [] }: Example, policy: Policy): readonly Need[] {
  return wanted.map((name) => needs[name]).filter(({ isMet }) => !isMet(policy));
}

/** An example as it is offered: under the policy that is chosen, else under another of the key. */
export interface Offered {
  readonly example: Example;
  /** Null: no policy of this key lets it run. */
  readonly policy: Policy | null;
  /** The name, and what is needed that this policy has not. */
  readonly label: string;
  /** For whoever chooses it though no policy lets it run; else empty. */
  readonly notice: string;
}

/** All examples, each with what it needs. */
export function offeredExamples(chosen: Policy, policies: readonly Policy[]): readonly Offered[] {
  return examples.map((example) => {
    const policy =
      [chosen, ...policies].find((each) => missingOf(example, each).length === 0) ?? null;
    const missing = missingOf(example, chosen);
    const what = missing.map((each) => each.what).join(' and ');
    const elsewhere = policy === null ? `needs ${what}` : `under ${policy.name}`;
    return {
      example,
      policy,
      label: missing.length === 0 ? example.name : `${example.name} (${elsewhere})`,
      notice:
        policy === null
          ? `This example needs ${what}, which no policy of yours offers. Whoever runs the service can offer it: ${missing.map(({ fix }) => fix).join('; ')}.`
          : '',
    };
  });
}

/** An example as a draft. */
export function writingOf({ code, params = {} }: Example, { helpers, network }: Policy) {
  const host = network?.allow.find((each) => !each.startsWith('*')) ?? 'example.com';
  return {
    ...noInput,
    files: [{ name: 'script.ts', text: code.replace('HELPER', helpers[0] ?? 'mail.send') }],
    params: JSON.stringify(params, null, 2).replace('HOST', `https://${host}/`),
  } satisfies Partial<Writing>;
}
