import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { type FieldError, ProblemError, shown } from '../problems/problem.ts';

/** Checks a part of a request against its schema; what is wrong names the field and shows the value. */
export const validatorOf: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const errors = result.error.issues.flatMap((issue) =>
      fieldErrors(issue, data, httpPart === 'body' ? '/' : ''),
    );
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    return {
      error: new ProblemError('invalid_request', `${errors[0]?.detail ?? ''}${more}`, {
        errors: errors.slice(0, 20),
      }),
    };
  };

function fieldErrors(issue: z.core.$ZodIssue, data: unknown, root: string): FieldError[] {
  const path = issue.path.map(String);
  const pointerTo = (segments: readonly string[]): string =>
    segments.length === 0 ? '' : root + segments.map(escaped).join('/');
  if (issue.code === 'unrecognized_keys') {
    const place = path.length === 0 ? '' : ` in ${shown(path.join('.'))}`;
    return issue.keys.map((key) => ({
      pointer: pointerTo([...path, key]),
      detail: `Unknown field ${shown(key)}${place}.`,
    }));
  }
  if (issue.code === 'invalid_union') {
    const isNear = ({ path: place, code }: z.core.$ZodIssue): boolean =>
      place.length > 0 || code === 'unrecognized_keys';
    const nearest = issue.errors.find((issues) => issues.every(isNear));
    if (nearest !== undefined) {
      return nearest.flatMap((each) =>
        fieldErrors({ ...each, path: [...issue.path, ...each.path] }, data, root),
      );
    }
  }
  if (issue.code === 'invalid_key') {
    const key = path.at(-1);
    return [
      {
        pointer: pointerTo(path),
        detail: `${shown(key)} is no name for this. ${issue.issues[0]?.message ?? ''}`.trim(),
      },
    ];
  }
  const value = valueAt(data, path);
  const text = issue.message.replace(/\.?$/, '.');
  const got = value === undefined ? '' : ` It is ${shown(value)}.`;
  const label = path.length === 0 ? '' : `${shown(path.join('.'))}: `;
  return [{ pointer: pointerTo(path), detail: label + text + got }];
}

/** One segment of a JSON Pointer (RFC 6901). */
function escaped(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === 'object' && value !== null ? undefined : value;
}
