import type { Sandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before } from 'node:test';
import { forEachEngine } from './contract.support.ts';

forEachEngine(({ contract, openSandbox }) => {
  /** Echoes the request as JSON; `/fails` answers with status 418. */
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      response.statusCode = url === '/fails' ? 418 : 200;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          method,
          url,
          body,
          type: headers['content-type'],
          token: headers['x-token'],
        }),
      );
    });
  });
  let sandbox: Sandbox;
  let port = 0;
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    ({ port } = server.address() as AddressInfo);
    sandbox = await openSandbox({
      modules: ['axios'],
      network: { allow: [`127.0.0.1:${port}`], allowPrivate: ['127.0.0.0/8'] },
    });
  });
  after(async () => {
    await sandbox.close();
    server.close();
  });

  const asked = { type: undefined, token: undefined, body: '' };
  const cases: readonly (readonly [name: string, source: string, value: unknown])[] = [
    [
      'axios.get in CommonJS',
      "const axios = require('axios');\nmodule.exports = async (params) => (await axios.get(params.url)).data;",
      { ...asked, method: 'GET', url: '/' },
    ],
    [
      'axios.get with params and headers in an ES module',
      "import axios from 'axios'; export default async ({ url }) => (await axios.get(url, { params: { a: [1, 2], b: 'ü' }, headers: { 'x-token': 't' } })).data",
      { ...asked, method: 'GET', url: '/?a%5B%5D=1&a%5B%5D=2&b=%C3%BC', token: 't' },
    ],
    [
      'axios.post of an object in a function execute',
      "import axios from 'axios'; async function execute({ url }) { const { data, status } = await axios.post(url + 'x', { a: 1 }); return { ...data, status } }",
      { method: 'POST', url: '/x', body: '{"a":1}', type: 'application/json', status: 200 },
    ],
    [
      'axios.post of a form in plain statements',
      "const axios = require('axios'); const { data } = await axios.post(params.url, new URLSearchParams({ a: '1 2' })); data",
      {
        ...asked,
        method: 'POST',
        url: '/',
        body: 'a=1+2',
        type: 'application/x-www-form-urlencoded;charset=utf-8',
      },
    ],
    [
      'an instance with a base URL and interceptors',
      "const http = require('axios').create({ baseURL: params.url }); http.interceptors.request.use((c) => { c.headers['x-token'] = 'i'; return c }); return (await http.delete('/y')).data",
      { ...asked, method: 'DELETE', url: '/y', token: 'i' },
    ],
    [
      'an error of a status, with what was answered',
      "const axios = require('axios'); try { await axios.get(params.url + 'fails') } catch (e) { return [e.name, e.code, e.response.status, e.response.data.url, axios.isAxiosError(e)] }",
      ['AxiosError', 'ERR_BAD_REQUEST', 418, '/fails', true],
    ],
    [
      'a host that is not allowed is a network error',
      "const axios = require('axios'); try { await axios.get('http://other.example/') } catch (e) { return [e.code, e.response === undefined] }",
      ['ERR_NETWORK', true],
    ],
  ];
  for (const [name, source, value] of cases) {
    contract(name, async () => {
      const run = await sandbox.run(source, { params: { url: `http://127.0.0.1:${port}/` } });
      assert.deepEqual([run.value, run.error], [JSON.parse(JSON.stringify(value)), null]);
    });
  }
});
