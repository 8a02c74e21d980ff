/** Every script that the playground offers to start from runs: under the policy of a plain service, or under the one it asks for. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Service, startService } from '../service/service.support.ts';

const site = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html').end('<a href="/more">More</a>');
});
let service: Service;
before(async () => {
  await once(site.listen(0, '127.0.0.1'), 'listening');
  const host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
  service = await startService({
    config: `export default { policies: {
      default: {},
      full: {
        browser: true,
        network: { allow: ['${host}'], allowPrivate: ['127.0.0.0/8'] },
        helpers: { now: () => 1 },
      },
    } };`,
  });
});
after(async () => {
  site.close();
  await service[Symbol.asyncDispose]();
});

interface Policy {
  readonly name: string;
}
interface Example {
  readonly name: string;
}
interface Examples {
  readonly offeredExamples: (
    chosen: Policy,
    policies: readonly Policy[],
  ) => readonly { readonly example: Example; readonly policy: Policy | null }[];
  readonly writingOf: (
    example: Example,
    policy: Policy,
  ) => { readonly files: readonly { readonly text: string }[]; readonly params: string };
}

// By a name that the checker does not follow: sources of the page bring the types of browsers along.
const file: string = '../../packages/web/src/script/examples.ts';
const { offeredExamples, writingOf } = (await import(file)) as Examples;

const artifacts: Readonly<Record<string, string>> = {
  'Logs, progress and a file': 'squares.csv',
  Screenshot: 'page.png',
  PDF: 'invoice.pdf',
  'Form and login': 'after.png',
};

test('all examples run', async () => {
  const { text } = await service.call('GET', '/v1/policies');
  const { items } = JSON.parse(text) as { items: Policy[] };
  const [first] = items;
  assert.ok(first !== undefined);
  const offered = offeredExamples(first, items);
  assert.equal(offered.filter(({ policy }) => policy === first).length, 3, 'on a plain service');
  for (const { example, policy } of offered) {
    assert.ok(policy !== null, example.name);
    const { files, params } = writingOf(example, policy);
    const run = await service.run({
      code: files[0]?.text,
      // The site of this test has no certificate.
      params: JSON.parse(params.replace('https:', 'http:')) as object,
      policy: policy.name,
    });
    await test(example.name, () => {
      assert.equal(run.status, 'succeeded', run.error?.stack);
      const made = run.artifacts.map(({ name }) => name);
      assert.deepEqual(made, [artifacts[example.name] ?? []].flat());
    });
  }
});
