// Has the service tell of the end of a run, and believes it only when the signature is right.
//   node examples/service/webhook.ts        CASTELLAN_URL, CASTELLAN_KEY, RECEIVER
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createClient } from '@castellan/sdk';
import { Webhook } from 'standardwebhooks';

const { runs, webhooks } = createClient({
  url: process.env['CASTELLAN_URL'] ?? 'http://127.0.0.1:7400',
  key: process.env['CASTELLAN_KEY'],
});
const receiver = process.env['RECEIVER'] ?? '127.0.0.1:7410';
const { secret } = await webhooks.secret();

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (piece: string) => (body += piece));
  request.on('end', () => hear(request.headers as Record<string, string>, body, response));
});

function hear(headers: Record<string, string>, body: string, response: ServerResponse): void {
  try {
    // Throws for a message that somebody else made, that was changed, or that is older than five minutes.
    const { data } = new Webhook(secret).verify(body, headers) as {
      readonly data: { readonly id: string; readonly status: string; readonly value: unknown };
    };
    response.writeHead(204).end();
    console.log(`${data.id} ${data.status}:`, data.value);
    server.close();
  } catch (error) {
    response.writeHead(400).end();
    console.error('A message that is none of ours:', (error as Error).message);
  }
}

const [host = '', port] = receiver.split(':');
await once(server.listen(Number(port), host), 'listening');
const code = 'return params.words.map((word) => word.length)';
const params = { words: ['tell', 'me'] };
const run = await runs.create({ code, params, webhook: { url: `http://${receiver}/runs` } });
console.log(`${run.id} is submitted`);
