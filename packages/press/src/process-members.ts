/**
 * What packages may read of `process`, which isolates do not have: `castellan.process` has these members.
 * `typeof process` still says so, since packages take it for all of Node.
 */
export const processMembers = [
  'arch',
  'argv',
  'cwd',
  'emitWarning',
  'env',
  'nextTick',
  'off',
  'on',
  'once',
  'platform',
  'removeListener',
  'stderr',
  'stdout',
  'version',
  'versions',
] as const;

/** Each as a definition for the bundler. */
export const processDefinitions: Readonly<Record<string, string>> = Object.fromEntries(
  processMembers.map((name) => [`process.${name}`, `castellan.process.${name}`]),
);
