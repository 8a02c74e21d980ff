import { shown } from '@castellan/protocol/kinds';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ProblemError } from '../problems/problem.ts';
import { problemsOf } from '../schemas/answers.ts';
import { runTokenField } from '../schemas/params.ts';
import { type App, reachOf } from './app.ts';
import type { RouteOptions } from './options.ts';

/** Serves what scripts made in such a way that it cannot harm whoever opens it. */
export function addArtifacts(app: App, { runs }: RouteOptions): void {
  app.get(
    '/v1/runs/:id/artifacts/:name',
    {
      config: { access: 'runs:read', takesToken: true },
      schema: {
        operationId: 'getArtifact',
        summary: 'The bytes of an artifact.',
        description:
          'Always an attachment, of the type that its bytes show, never guessed again by a browser, and without scripts where one shows it all the same. Where the operator lets clients fetch from a bucket, the answer is 307 to a URL of it that is good for a minute.',
        tags: ['runs'],
        params: z.strictObject({ id: z.string().max(64), name: z.string().max(1_024) }),
        querystring: z.looseObject({ token: runTokenField }),
        response: {
          200: {
            description: 'The bytes.',
            content: {
              'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
            },
          },
          307: {
            description: 'The bytes are at `Location`, for a minute.',
            content: { 'text/plain': { schema: z.literal('') } },
          },
          ...problemsOf(400, 401, 403, 404, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const { id, name } = request.params;
      const held = await runs.artifact(reachOf(request.caller), id, name);
      if (held === undefined) {
        throw new ProblemError(
          'not_found',
          `There is no artifact ${shown(name)} of the run ${shown(id)}.`,
        );
      }
      request.runId = id;
      const { artifact } = held;
      const contentType = safeType(artifact.contentType);
      const disposition = dispositionOf(artifact.name);
      const url = isOfPage(request) ? null : await held.urlFor({ contentType, disposition });
      if (url !== null) return reply.header('cache-control', 'no-store').redirect(url, 307);
      const bytes = await held.read();
      if (bytes === undefined) {
        throw new ProblemError('not_found', `The artifact ${shown(name)} is not kept any more.`);
      }
      return reply
        .headers({
          'content-type': contentType,
          'content-length': artifact.sizeBytes,
          'content-disposition': disposition,
          'content-security-policy': "sandbox; default-src 'none'",
          'cache-control': 'private, no-cache',
          etag: `"${artifact.sha256}"`,
        })
        .send(bytes);
    },
  );
}

/**
 * Whether a browser asks for a page's script, which may not be allowed to follow to another origin. Of
 * these headers, programs send at most the second.
 */
function isOfPage({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] !== undefined && headers['sec-fetch-mode'] !== 'navigate';
}

/**
 * The detected type, or `application/octet-stream`: no unchecked text of a script goes into a
 * header.
 */
function safeType(contentType: string): string {
  const isPlain = /^[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,64}(?:; ?charset=[\w-]{1,32})?$/.test(
    contentType,
  );
  return isPlain ? contentType : 'application/octet-stream';
}

/** RFC 6266: the name in ASCII for old clients, and in full. */
export function dispositionOf(name: string): string {
  const plain = name.replaceAll(/[^\w.\- ]/g, '_');
  const full = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}
