import { processMembers } from '@castellan/protocol/runtimes';

/** Each member of `process` that packages may read, as a definition for the bundler. */
export const processDefinitions: Readonly<Record<string, string>> = Object.fromEntries(
  processMembers.map((name) => [`process.${name}`, `castellan.process.${name}`]),
);
