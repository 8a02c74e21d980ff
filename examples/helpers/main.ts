// node examples/helpers/main.ts

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScriptRunner } from './script-runner.ts';

// A service that a customer's script calls.
const server = createServer((request, response) => {
  if (request.headers.authorization !== 'Basic YWRhOnNlY3JldA==') response.statusCode = 401;
  response.setHeader('content-type', 'application/json');
  if (request.method === 'GET') response.end('{"devices":["door","lamp"]}');
  else request.pipe(response);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const scripts = {
  'a script that works': `
    async function execute({ baseUrl, token }) {
      const headers = { Authorization: 'Basic ' + btoa(token) };
      const { devices } = await http.sendGetRequest(headers, baseUrl + '/devices');
      await log('devices: ' + devices.join(', '));
      return http.sendPostRequest(headers, baseUrl + '/switch', { on: devices });
    }`,
  'a script without execute': 'function exequte() {}',
  'a helper that fails': `
    async function execute({ baseUrl }) {
      return http.sendGetRequest({}, baseUrl + '/devices');
    }`,
  'a server that is none of its business': `
    async function execute() {
      return http.sendGetRequest({}, 'http://169.254.169.254/latest/meta-data/');
    }`,
  'too much memory':
    'function execute() { const all = []; for (;;) all.push(new Array(1e5).fill(0)); }',
};

{
  await using runner = new ScriptRunner({ memoryLimitMb: 64, origin, log: console.log });
  for (const [title, script] of Object.entries(scripts)) {
    const run = await runner.run(script, { baseUrl: origin, token: 'ada:secret' });
    const outcome =
      run.status === 'succeeded'
        ? JSON.stringify(run.value)
        : `${run.reason}: ${run.error?.message}`;
    console.log(`${title}: ${outcome}`);
  }
}
server.close();
