import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isDeeperThan } from '@castellan/protocol/json';
import { shown } from '@castellan/protocol/kinds';
import { ProblemError } from '../problems/problem.ts';
import { type BodyBudget, readBody } from './read.ts';

/** The deepest nesting of arrays and objects in a request. */
const maxDepth = 100;

/** Accepts only uncompressed JSON in UTF-8, whatever other content type a request declares. */
export function acceptJsonOnly(app: FastifyInstance, budget: BodyBudget): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', async (request: FastifyRequest) => {
    const { headers } = request;
    const encoding = headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      throw new ProblemError(
        'unsupported_media_type',
        `Content-Encoding ${shown(encoding)} is not taken. Send the body as it is.`,
      );
    }
    const [, charset = 'utf-8'] =
      /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '') ?? [];
    if (!/^utf-?8$/i.test(charset)) {
      throw new ProblemError(
        'unsupported_media_type',
        `The charset ${shown(charset)} is not taken. Send UTF-8.`,
      );
    }
    const { bytes, release } = await readBody(request.raw, budget);
    try {
      // Many clients send a content type with every request, even without a body.
      if (bytes.length === 0 && request.method === 'DELETE') return undefined;
      return await parseText(textOf(bytes), (text) => {
        const { promise, resolve, reject } = Promise.withResolvers<unknown>();
        void parse(request, text, (error, value) => (error ? reject(error) : resolve(value)));
        return promise;
      });
    } finally {
      release();
    }
  });
}

function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8.');
  return bytes.toString('utf8');
}

async function parseText(
  text: string,
  parse: (text: string) => Promise<unknown>,
): Promise<unknown> {
  if (text.trim() === '') throw malformed('The body is empty; it must be a JSON object.');
  if (isDeeperThan(text, maxDepth)) {
    throw malformed(`The body is nested more than ${maxDepth} deep.`);
  }
  try {
    return await parse(text);
  } catch {
    throw malformed(refusalOf(text));
  }
}

/** The parser accepts less than JSON allows, and its error does not say which rule was broken. */
function refusalOf(text: string): string {
  try {
    JSON.parse(text);
    return 'The keys "__proto__" and "constructor" with "prototype" in it are not taken.';
  } catch (error) {
    return `The body is not JSON: ${(error as Error).message}.`;
  }
}

function malformed(detail: string): ProblemError {
  return new ProblemError('malformed_request', detail);
}
