// The program that compares parameters with the JSON Schemas of functions. Both are strangers': a pattern may
// take for ever, so it is ended by whoever asked; and Ajv makes code of a schema, so this is a process of its
// own, without secrets and with no right but to read its own code.
import type { AnySchema, ErrorObject, Options, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** The schema as JSON, and the parameters as JSON; null: only the schema is looked at. */
export interface Question {
  readonly schema: string;
  readonly params: string | null;
}

/** What is wrong first. */
export interface Mismatch {
  /** A JSON Pointer (RFC 6901) into the parameters; of a schema that cannot be used: empty. */
  readonly pointer: string;
  /** As the end of a sentence, such as `must be number`. */
  readonly message: string;
}

/** How many compiled schemas are kept. */
const mostKept = 200;

const kept = new Map<string, ValidateFunction>();
process.on('message', ({ schema, params }: Question) => {
  process.send?.(params === null ? faultOf(schema) : mismatchOf(schema, params));
});
process.send?.('ready');

function faultOf(schema: string): Mismatch | null {
  try {
    compile(schema, true);
    return null;
  } catch (error) {
    return { pointer: '', message: (error as Error).message };
  }
}

function mismatchOf(schema: string, params: string): Mismatch | null {
  const validate = kept.get(schema) ?? compile(schema, false);
  kept.delete(schema);
  kept.set(schema, validate);
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  if (validate(JSON.parse(params))) return null;
  return wordsOf(validate.errors?.[0]);
}

/** A fresh Ajv for each: names in the schema of one are nothing to another. */
function compile(text: string, isNew: boolean): ValidateFunction {
  const schema = JSON.parse(text) as AnySchema;
  const dialect =
    typeof schema === 'object' ? (schema as { $schema?: unknown }).$schema : undefined;
  const options: Options = {
    // What a newer dialect or another program knows is a remark here.
    strict: false,
    meta: isNew,
    validateSchema: isNew,
    logger: { log: ignore, error: ignore, warn: refuseFormat },
  };
  const ajv = new (classOf(dialect))(options);
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  if ('$async' in validate) throw new Error('$async is not taken');
  return validate;
}

function classOf(dialect: unknown): typeof Ajv | typeof Ajv2019 | typeof Ajv2020 {
  if (typeof dialect === 'string' && /draft-0[67]\/schema/.test(dialect)) return Ajv;
  return typeof dialect === 'string' && dialect.includes('2019-09') ? Ajv2019 : Ajv2020;
}

function ignore(): void {
  // Only what would leave parameters unchecked is told, by an error.
}

/** A format that is not known would be a check that never fails. */
function refuseFormat(message: unknown): void {
  if (String(message).startsWith('unknown format')) throw new Error(String(message));
}

function wordsOf(error: ErrorObject | undefined): Mismatch {
  const { instancePath = '', message = 'do not fit', keyword, params } = error ?? {};
  const { additionalProperty, unevaluatedProperty, allowedValues } = (params ?? {}) as {
    additionalProperty?: unknown;
    unevaluatedProperty?: unknown;
    allowedValues?: unknown;
  };
  const extra = additionalProperty ?? unevaluatedProperty ?? allowedValues;
  const told = extra === undefined || keyword === undefined ? '' : `: ${JSON.stringify(extra)}`;
  return { pointer: instancePath, message: `${message}${told}`.slice(0, 500) };
}
