import { createSandbox, type Sandbox } from '@castellan/sandbox';
import { setTimeout as wait } from 'node:timers/promises';
import { rawIsolate } from '../floors.ts';
import { type Figure, quantile, time } from '../measure.ts';

const names = ['lodash', 'dayjs', 'axios', 'zod', 'cheerio', 'node:crypto', 'node:stream'] as const;
const rounds = { never: 40, tenant: 120 } as const;

/** P11: what an import of each module adds to a run in a fresh isolate, beside the same run without. */
export async function importsCase(): Promise<Figure[]> {
  const floorB = quantile(await time(200, rawIsolate), 0.5);
  const figures: Figure[] = [];
  for (const reuse of ['never', 'tenant'] as const) {
    const modules = ['*', 'node:crypto', 'node:stream'];
    await using sandbox = await createSandbox({ reuse, warm: 2, modules });
    const settled = reuse === 'never' ? (): Promise<void> => wait(150) : undefined;
    for (const name of names) {
      const [plain, importing] = await beside(sandbox, name, rounds[reuse], settled);
      const more = quantile(importing, 0.5) - quantile(plain, 0.5);
      const target = reuse === 'never' && !name.startsWith('node:') ? ' (target 3 ms)' : '';
      figures.push({
        name: `P11: import of ${name}, reuse ${reuse}`,
        unit: 'ms',
        p50: more,
        p99: quantile(importing, 0.99) - quantile(plain, 0.99),
        rounds: importing.length,
        note: `${(quantile(importing, 0.5) / quantile(plain, 0.5)).toFixed(2)} × the run without it, ${(more / floorB).toFixed(2)} × floor B${target}`,
      });
    }
  }
  return figures;
}

/** Both scripts in turns, so that what else the machine does meets both. */
async function beside(
  sandbox: Sandbox,
  name: string,
  count: number,
  settled: (() => Promise<void>) | undefined,
): Promise<[plain: number[], importing: number[]]> {
  const plain: number[] = [];
  const importing: number[] = [];
  const run = (source: string) => (): PromiseLike<unknown> => sandbox.run(source, { tenant: 'a' });
  const importsIt = run(`import * as it from '${name}'; export default () => typeof it`);
  const without = run("export default () => 'object'");
  await time(3, importsIt);
  for (let round = 0; round < count; round++) {
    plain.push(...(await time(1, without, settled)));
    importing.push(...(await time(1, importsIt, settled)));
  }
  return [plain, importing];
}
