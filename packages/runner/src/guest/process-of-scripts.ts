const { keys } = Object;

/** What scripts of other sandboxes look for: `process.env`, where there is an environment. */
export function processOf(env: Readonly<Record<string, string>>): { process?: object } {
  return keys(env).length === 0 ? {} : { process: { env } };
}
