import { z } from 'zod';
import { exitCodeOfError } from '../../packages/cli/src/run/exit-code.ts';
import { cureOfError } from '../../packages/cli/src/help/cures.ts';
import { CastellanError, errorTable } from '../../packages/protocol/src/errors.ts';
import { namesOf } from '../../packages/protocol/src/words.ts';
import { problemTable } from '../../packages/server/src/http/problems/table.ts';
import { problemSchema } from '../../packages/server/src/http/schemas/answers.ts';
import { fieldsOf } from './library/fields.ts';
import { code, markdownPage, markdownTable, withCode } from './markdown.ts';
import { schemaText } from './schema.ts';

const head = `A script that fails is a result: a run with a [reason](reasons.md). An exception of the library, and a problem
of the HTTP API, say that a run could not be asked for, or that Castellan itself failed.`;

const thrown = `\`createSandbox\`, \`sandbox.run\` and \`sandbox.check\` throw a \`CastellanError\`, or reject with one. Nobody has to
read its message to know what to do: what the message says is in fields.`;

const answered = `A request that cannot be answered is answered with a problem document, \`application/problem+json\`
(RFC 9457). 429 and 503 have \`Retry-After\`. In each row \`code\` is for programs; \`title\` is the same for all problems
of a code, \`detail\` says what it was this time.`;

/** Returns the reference page of exceptions and of problems of the HTTP API. */
export function errorsReference(): string {
  return markdownPage('Errors', 'the tables of errors and problems', [
    head,
    '## Exceptions of the library',
    thrown,
    markdownTable(
      ['code', 'means', 'whose fault', 'exit code of `castellan run`'],
      namesOf(errorTable).map((name) => {
        const { sentence, isCallers } = errorTable[name];
        const exitCode = exitCodeOfError(new CastellanError(name, sentence));
        return [
          `[${code(name)}](#error-${name})`,
          sentence,
          isCallers ? 'the caller’s' : 'not the caller’s',
          `${exitCode}`,
        ];
      }),
    ),
    ...namesOf(errorTable).map((name) => {
      const { sentence } = errorTable[name];
      return `### Error ${code(name)}\n\n${sentence} ${withCode(cureOfError[name])}`;
    }),
    '### Fields of a `CastellanError`',
    markdownTable(
      ['field', 'type', 'what it is'],
      fieldsOf('packages/protocol/src/errors.ts', 'CastellanError').map(({ name, type, doc }) => [
        code(name),
        code(type),
        doc,
      ]),
    ),
    '## Problems of the HTTP API',
    answered,
    markdownTable(
      ['status', 'code', 'means'],
      Object.entries(problemTable)
        .toSorted(([, a], [, b]) => a.status - b.status)
        .map(([name, { status, title }]) => [
          `${status}`,
          `[${code(name)}](#problem-${name})`,
          title,
        ]),
    ),
    ...Object.entries(problemTable).map(
      ([name, { status, title, cure }]) =>
        `### Problem ${code(name)}\n\nStatus ${status}. ${title} ${cure}`,
    ),
    '### Fields of a problem',
    markdownTable(['field', 'type', 'what it is'], problemFields()),
  ]);
}

function problemFields(): string[][] {
  return Object.entries<z.ZodType>(problemSchema.shape).map(([name, field]) => {
    const isOptional = field.safeParse(undefined).success;
    const about = field.description ?? '';
    return [code(`${name}${isOptional ? '?' : ''}`), schemaText(z.toJSONSchema(field)), about];
  });
}
