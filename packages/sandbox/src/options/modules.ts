import { CastellanError } from '@castellan/protocol';

/** The modules of one run: those of its sandbox, or fewer. Throws `invalid_option` for more. */
export function narrowedModules(
  allowed: readonly string[],
  wanted: readonly string[] | undefined,
): readonly string[] {
  const widening = wanted?.find((name) => !allowed.includes(name));
  if (widening === undefined) return wanted ?? allowed;
  throw new CastellanError(
    'invalid_option',
    `run: modules may only narrow what the sandbox allows (${allowed.join(', ')}): ${JSON.stringify(widening)} is not among it.`,
  );
}
