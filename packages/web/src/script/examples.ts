import type { Policy } from '../session/offer.ts';
import type { Writing } from './draft.ts';

/** A script to start from. */
export interface Example {
  readonly name: string;
  readonly code: string;
  readonly params?: object;
  /** What it needs of a policy; undefined: nothing. */
  readonly needs?: (policy: Policy) => boolean;
}

const imports = (name: string) => (policy: Policy) =>
  policy.modules.includes(name) || policy.modules.includes('*');
const hasNetwork = (policy: Policy) => policy.network !== null;
const hasPages = (policy: Policy) => policy.browser;

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
    needs: imports('lodash'),
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
    needs: hasNetwork,
    params: { url: 'https://example.com/' },
    code: `const response = await fetch(params.url);
console.log(response.status, response.headers.get('content-type'));
return (await response.text()).length;
`,
  },
  {
    name: 'Helpers',
    needs: ({ helpers }) => helpers.length > 0,
    code: `// Functions of whoever runs this service. Completion knows their names.
return typeof HELPER;
`,
  },
  {
    name: 'Screenshot',
    needs: hasPages,
    params: { html: '<h1 style="font: 48px sans-serif">Hello</h1>' },
    code: `await page.setContent(params.html);
await artifacts.write('page.png', await page.screenshot());
return page.title();
`,
  },
  {
    name: 'PDF',
    needs: hasPages,
    code: `await page.setContent('<h1>Invoice 7</h1><p>Nothing is owed.</p>');
await page.pdf({ path: 'invoice.pdf', format: 'A5' });
`,
  },
  {
    name: 'Scrape',
    needs: (policy) => hasPages(policy) && hasNetwork(policy),
    params: { url: 'https://example.com/' },
    code: `await page.goto(params.url, { waitUntil: 'domcontentloaded' });
return page.evaluate(() =>
  Array.from(document.querySelectorAll('a'), ({ href, textContent }) => ({ href, text: textContent })),
);
`,
  },
  {
    name: 'Form and login',
    needs: hasPages,
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
  return examples.filter(({ needs }) => needs?.(policy) ?? true);
}

/** An example as a draft. */
export function writingOf({ code, params = {} }: Example, { helpers }: Policy) {
  const text = code.replace('HELPER', helpers[0] ?? '');
  return {
    files: [{ name: 'script.ts', text }],
    params: JSON.stringify(params, null, 2),
  } satisfies Partial<Writing>;
}
