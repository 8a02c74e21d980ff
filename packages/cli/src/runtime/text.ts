import { type ListedRuntime, packagesIn, type Runtime } from '@castellan/sandbox/runtimes';
import { escapeLine, escapeText } from '../output/escape.ts';

/**
 * Formats the runtimes that are built, one block each, and the built-ins that all of them share.
 */
export function listText(
  listed: readonly ListedRuntime[],
  builtins: readonly string[],
  standard: string,
): string {
  const blocks = listed.map(({ name, folder, isShipped, runtime, problem }) => {
    const marks = [
      isShipped ? 'came with Castellan' : 'own',
      ...(name === standard ? ['default'] : []),
    ];
    const what = runtime === null ? `  ${escapeText(problem ?? '')}\n` : packagesText(runtime);
    return `${name}  (${marks.join(', ')})  ${escapeLine(folder)}\n${what}`;
  });
  const none = 'No runtime is built here. In a checkout: npm run build.\n';
  return `${blocks.join('') || none}Node built-ins, by --allow-module:
  isolate: ${builtins.join(' ')}
  node: all of Node's, without being named
`;
}

/** The packages that scripts of each engine may import. */
function packagesText({ packages, nodeModules }: Runtime): string {
  const forIsolate = Object.keys(packages);
  const forNode = packagesIn(nodeModules).filter((name) => !forIsolate.includes(name));
  const more = forNode.length === 0 ? '' : `, and ${forNode.join(' ')}`;
  const node = packagesIn(nodeModules).length === 0 ? 'none is installed' : `the same${more}`;
  return escapeText(`  isolate: ${forIsolate.join(' ')}\n  node: ${node}\n`);
}

/** Formats one runtime: its packages with version, licence and the packages bundled into them. */
export function runtimeText(runtime: Runtime): string {
  const { name, folder, packages } = runtime;
  const rows = Object.entries(packages);
  const width = Math.max(0, ...rows.map(([key, { version }]) => key.length + version.length + 1));
  const lines = rows.flatMap(
    ([key, { version, license, includes, absent, leftOut, specifiers }]) => {
      const inside = Object.keys(includes).length;
      const notes = [
        license,
        `${specifiers} specifier${specifiers === 1 ? '' : 's'}`,
        ...(inside === 0 ? [] : [`${inside} package${inside === 1 ? '' : 's'} inside`]),
        ...(absent.length === 0 ? [] : [`without Node's ${absent.join(', ')}`]),
      ];
      const lost = Object.entries(leftOut).map(
        ([subpath, why]) => `    left out ${subpath}: ${why}`,
      );
      return [`  ${`${key}@${version}`.padEnd(width)}  ${notes.join('; ')}`, ...lost];
    },
  );
  return `${name}  ${escapeLine(folder)}\n${lines.map((line) => `${escapeLine(line)}\n`).join('')}`;
}
