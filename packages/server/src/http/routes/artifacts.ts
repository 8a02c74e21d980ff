import { shown } from '@castellan/protocol/kinds';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
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
          'Always an attachment, of the type that its bytes show, never guessed again by a browser, and without scripts where one shows it all the same.',
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
          ...problemsOf(400, 401, 403, 404, 429),
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
      const { artifact, path } = held;
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => {
        throw new ProblemError('not_found', `The artifact ${shown(name)} is not kept any more.`);
      });
      return reply
        .headers({
          'content-type': safeType(artifact.contentType),
          'content-length': artifact.sizeBytes,
          'content-disposition': dispositionOf(artifact.name),
          'content-security-policy': "sandbox; default-src 'none'",
          'cache-control': 'private, no-cache',
          etag: `"${artifact.sha256}"`,
        })
        .send(file.createReadStream({ end: Math.max(0, artifact.sizeBytes - 1) }));
    },
  );
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
