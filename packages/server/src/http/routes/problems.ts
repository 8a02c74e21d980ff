import { shown } from '@castellan/protocol/kinds';
import { z } from 'zod';
import { problemPage } from '../problems/page.ts';
import { ProblemError } from '../problems/problem.ts';
import { type ProblemCode, problemTable } from '../problems/table.ts';
import { problemsOf } from '../schemas/answers.ts';
import type { App } from './app.ts';

/** Serves the pages that the `type` of a problem leads to. They say nothing of this service. */
export function addProblems(app: App): void {
  app.get(
    '/problems/:code',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getProblem',
        summary: 'What a problem means and what to do about it.',
        description: 'The page, for people, that the `type` of a problem leads to. Needs no key.',
        tags: ['service'],
        security: [],
        params: z.strictObject({ code: z.string().max(64) }),
        response: {
          200: { description: 'The page.', content: { 'text/html': { schema: z.string() } } },
          ...problemsOf(400, 404),
        },
      },
    },
    ({ params: { code } }, reply) => {
      if (!isProblem(code)) {
        throw new ProblemError('not_found', `There is no problem ${shown(code)}.`);
      }
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'public, max-age=3600')
        .send(problemPage(code));
    },
  );
}

function isProblem(code: string): code is ProblemCode {
  return Object.hasOwn(problemTable, code);
}
