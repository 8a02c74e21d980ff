/** The allow-list of modules, and the refusals of what is not on it. */
import { Refusal } from './refusal.ts';

/** What a script may call Puppeteer when its run has a browser. */
export const puppeteerNames: readonly string[] = ['puppeteer', 'puppeteer-core'];

/** A name allows itself and everything below it. */
export function covers(name: string, specifier: string): boolean {
  return specifier === name || specifier.startsWith(`${name}/`);
}

/** What is there and not allowed. `why` as for `notFound`. */
export function denied(
  specifier: string,
  allowed: readonly string[],
  why: string | null = null,
): Refusal {
  const names = allowed.length === 0 ? 'none' : allowed.join(', ');
  const message = withJsx(
    `Module ${JSON.stringify(specifier)} is not allowed. Allowed: ${names}`,
    specifier,
  );
  return new Refusal('module_denied', why === null ? message : `${message}. ${why}`);
}

/** About a built-in of Node that an isolate lacks. */
export const needsNode = "It needs full Node: run the script with engine: 'node'";

const playwrightNames = ['playwright', 'playwright-core', '@playwright/test'];

/** About a package that nobody has put into the runtime. */
export function notInRuntime(specifier: string): string {
  if (playwrightNames.some((name) => covers(name, specifier)))
    return "Playwright runs in full Node, from packages of yours: engine: 'node' and nodeModules. Puppeteer is there in both engines";
  return puppeteerNames.some((name) => covers(name, specifier))
    ? 'It comes with a browser: ask for one with browser: {}, or --browser'
    : 'It is no package of this runtime; castellan runtime build makes a runtime that has it';
}

/** `why` is a sentence that goes on from there, for who can mend it. */
export function notFound(specifier: string, why: string | null = null): Refusal {
  const message = withJsx(`Module ${JSON.stringify(specifier)} was not found`, specifier);
  return new Refusal('module_not_found', why === null ? message : `${message}. ${why}`);
}

/** Adds what the author did not write: which modules JSX is compiled to, and how to choose others. */
function withJsx(message: string, specifier: string): string {
  if (!/\/jsx(?:-dev)?-runtime$/.test(specifier)) return message;
  return `${message}. JSX is compiled to calls of it: take a runtime that has the package, or name another by "jsxImportSource" in tsconfig.json or by /** @jsxImportSource NAME */ in the file`;
}
