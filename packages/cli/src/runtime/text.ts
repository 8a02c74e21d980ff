import type { ListedRuntime, Runtime } from '@castellan/sandbox/runtimes';
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
    const what = runtime === null ? (problem ?? '') : Object.keys(runtime.packages).join(' ');
    return `${name}  (${marks.join(', ')})  ${escapeLine(folder)}\n  ${escapeText(what)}\n`;
  });
  const none = 'No runtime is built here. In a checkout: npm run build.\n';
  return `${blocks.join('') || none}Node built-ins, by --allow-module:\n  ${builtins.join(' ')}\n`;
}

/** Formats one runtime: its packages with version, licence and the packages bundled into them. */
export function runtimeText({ name, folder, packages }: Runtime): string {
  const rows = Object.entries(packages);
  const width = Math.max(0, ...rows.map(([key, { version }]) => key.length + version.length + 1));
  const lines = rows.flatMap(
    ([key, { version, license, includes, absent, leftOut, specifiers }]) => {
      const inside = Object.keys(includes).length;
      const notes = [
        license,
        `${specifiers} specifier${specifiers === 1 ? '' : 's'}`,
        ...(inside === 0 ? [] : [`${inside} packages inside`]),
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
