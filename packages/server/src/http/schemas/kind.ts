import { type Kind, Misfit } from '@castellan/protocol/kinds';
import { z } from 'zod';

/** A mismatch as a zod issue; `validate.ts` writes its message. */
export interface MisfitIssue {
  readonly misfit: Misfit;
}

/**
 * A schema that validates with a kind of the protocol, and shows the kind's own schema in OpenAPI.
 */
export function zodOf<Value>(kind: Kind<Value>) {
  return z
    .unknown()
    .transform((value, { issues }): Value => {
      try {
        return kind.read(value);
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        for (const misfit of [error, ...error.others]) {
          const { path, message } = misfit;
          const params = { misfit } satisfies MisfitIssue;
          issues.push({ code: 'custom', path: [...path], message, input: value, params });
        }
        return z.NEVER;
      }
    })
    .meta(kind.schema);
}
