import { shown } from '@castellan/protocol/kinds';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import type { Page, PageFile } from '../page/files.ts';
import { ProblemError } from '../problems/problem.ts';
import type { App } from './app.ts';

/**
 * What the page may do: load its own files and ask this service. No code but its own files, no other
 * site, no frame around it. The editor writes styles into the page, which is why those may be inline;
 * `data:` are the editor's own small pictures, `blob:` images that a run made, which run nothing.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const absent = `The playground is not built here: "npm run build" makes it. The API works without it, and is described at /openapi.json.\n`;

/** Serves the built files of the playground and nothing else; it asks the API as any client does. */
export function addPage(app: App, page: Page | null): void {
  const config = { access: 'public', isQuiet: true } as const;

  app.get('/', { config, schema: { hide: true } }, (request, reply) => {
    if (page === null) return reply.code(404).type('text/plain; charset=utf-8').send(absent);
    void reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
    return send(page.start, request, reply);
  });

  app.get(
    '/playground/:file',
    { config, schema: { hide: true, params: z.strictObject({ file: z.string().max(256) }) } },
    (request, reply) => {
      const { file } = request.params;
      const part = page?.parts.get(file);
      if (part === undefined) {
        throw new ProblemError('not_found', `The playground has no file ${shown(file)}.`);
      }
      void reply.header('cache-control', 'public, max-age=31536000, immutable');
      return send(part, request, reply);
    },
  );
}

/** Whoever does not take gzip, which every browser does, gets the file unpacked. */
function send(file: PageFile, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers({ 'content-type': file.contentType, vary: 'accept-encoding' });
  const packed = createReadStream(file.path);
  if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) {
    const whole = createGunzip();
    packed.on('error', (error) => whole.destroy(error));
    return reply.send(packed.pipe(whole));
  }
  return reply
    .headers({ 'content-encoding': 'gzip', 'content-length': file.sizeBytes })
    .send(packed);
}
