import type { FastifySchemaCompiler } from 'fastify';
import { isHidden, Misfit, shown } from '@castellan/protocol/kinds';
import { z } from 'zod';
import { type FieldError, ProblemError, scalarOf } from '../problems/problem.ts';

/** Validates a part of a request against its schema. Errors name the field and show the value. */
export const validatorOf: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : null;
    const place = { data, root: httpPart === 'body' ? '/' : '', known };
    const errors = shownErrors(result.error.issues, place);
    const others = countOf(result.error.issues) - 1;
    const more = others > 0 ? ` (and ${others} more)` : '';
    return {
      error: new ProblemError('invalid_request', `${errors[0]?.detail ?? ''}${more}`, {
        errors,
      }),
    };
  };

/** Where issues were found. */
interface Place {
  readonly data: unknown;
  /** Prefix of the pointers. */
  readonly root: string;
  /** Names of the top-level fields. */
  readonly known: readonly string[] | null;
}

/** Errors that an answer lists. */
const mostErrors = 20;

/** The first few errors; the others are not worded. */
function shownErrors(issues: readonly z.core.$ZodIssue[], place: Place): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of issues) {
    if (errors.length >= mostErrors) break;
    errors.push(...fieldErrors(issue, place));
  }
  return errors.slice(0, mostErrors);
}

function countOf(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce(
    (sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1),
    0,
  );
}

function fieldErrors(issue: z.core.$ZodIssue, place: Place): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const allowed = path.length === 0 ? place.known : null;
    return issue.keys
      .slice(0, mostErrors)
      .map((key) => unknownField([...path, key], place, allowed));
  }
  if (issue.code === 'custom' && issue.params?.['misfit'] instanceof Misfit) {
    return [misfitField(issue.params['misfit'], path, place)];
  }
  if (issue.code === 'invalid_key') {
    const detail = `${shown(path.at(-1))} is no name for this. ${issue.issues[0]?.message ?? ''}`;
    return [{ pointer: pointerTo(path, place), detail: detail.trim() }];
  }
  const text = issue.message.replace(/\.?$/, '.');
  const label = path.length === 0 ? '' : `${shown(path.join('.'))}: `;
  const allowed = issue.code === 'invalid_value' ? issue.values.map(String) : null;
  return [wrongField(label + text, path, valueAt(place.data, path), place, allowed)];
}

function misfitField(misfit: Misfit, path: readonly string[], place: Place): FieldError {
  const { allowed, message } = misfit;
  if (misfit.isUnknownKey) return unknownField(path, place, allowed);
  const value = isHidden(misfit) ? undefined : misfit.value;
  return wrongField(`${shown(path.join('.'))} must be ${message}.`, path, value, place, allowed);
}

function wrongField(
  sentence: string,
  path: readonly string[],
  value: unknown,
  place: Place,
  allowed: readonly string[] | null,
): FieldError {
  const isShown = value !== undefined && (typeof value !== 'object' || value === null);
  return {
    pointer: pointerTo(path, place),
    detail: isShown ? `${sentence} It is ${shown(value)}.` : sentence,
    value: scalarOf(value),
    allowed,
  };
}

function unknownField(
  path: readonly string[],
  place: Place,
  allowed: readonly string[] | null,
): FieldError {
  const around = path.slice(0, -1).join('.');
  const where = around === '' ? '' : ` in ${shown(around)}`;
  const detail = `Unknown field ${shown(path.at(-1))}${where}.`;
  return { pointer: pointerTo(path, place), detail, allowed };
}

/** A JSON Pointer (RFC 6901) into a body, or the name of a header or a field of a query. */
function pointerTo(path: readonly string[], { root }: Place): string {
  if (path.length === 0) return '';
  return root + path.map((each) => each.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
