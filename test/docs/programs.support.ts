import { execFile } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../architecture/sources.support.ts';
import type { Block, Page } from './markdown.support.ts';

/** A block that is run, with the output that the page says it has. */
export interface Step {
  readonly block: Block;
  /** Empty when the page shows none. */
  readonly expected: string;
}

/** The blocks below one heading, which are one module in their order. */
export interface Program {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** Languages of blocks that are code. */
const code = new Set(['ts', 'js']);

/** A script for a box, rather than a part of a program. */
export function isScript({ language, marks }: Block): boolean {
  return code.has(language) && marks.has('script') && !marks.has('no-run');
}

/** Whether a block is a part of a program. */
function isProgram({ language, marks }: Block): boolean {
  return code.has(language) && !marks.has('script') && !marks.has('no-run');
}

/** What a `text` block right after a block says about its output. */
export function stepsOf({ blocks }: Page, isStep: (block: Block) => boolean): Step[] {
  return blocks.flatMap((block, index) => {
    const next = blocks[index + 1];
    const isShown = next?.language === 'text' && next.section === block.section;
    return isStep(block) ? [{ block, expected: isShown ? next.text : '' }] : [];
  });
}

export function programsOf(page: Page): Program[] {
  const bySection = Map.groupBy(stepsOf(page, isProgram), ({ block }) => block.section);
  return [...bySection].map(([section, steps]) => ({ name: `${page.file}: ${section}`, steps }));
}

/** A folder in which the packages of this checkout can be imported by their names. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-docs-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return folder;
}

/** Stands between the output of two blocks. */
const mark = '--- end of a block ---';

/** The module that a program is, in TypeScript. */
export function moduleOf({ steps }: Program): string {
  const parts = steps.map(({ block }) => `${block.text}\nconsole.log('${mark}');\n`);
  return `${parts.join('')}export {};\n`;
}

/** Runs the program in a process of its own; resolves to what each block printed. */
export async function outputOf(file: string): Promise<string[]> {
  const { stdout, stderr, error } = await new Promise<{
    readonly stdout: string;
    readonly stderr: string;
    readonly error: Error | null;
  }>((resolve) => {
    execFile(process.execPath, [file], { timeout: 50_000 }, (failure, out, err) =>
      resolve({ stdout: out, stderr: err, error: failure }),
    );
  });
  if (error !== null || stderr !== '') throw new Error(`${stdout}\n${stderr || String(error)}`);
  return stdout.split(`${mark}\n`).slice(0, -1);
}

/** Whether `given` is what `expected` says; `…` in it stands for anything within a line. */
export function isAsShown(given: string, expected: string): boolean {
  const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const pattern = expected.split('…').map(literal).join('.*');
  return new RegExp(`^${pattern}$`).test(given.replace(/\n$/, ''));
}
