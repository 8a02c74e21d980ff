import { createSandbox } from '@castellan/sandbox';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childrenOf, type Figure, pssMb, quantile } from '../measure.ts';

const count = 6;

/** P9: proportional memory of idle boxes beside as many idle Node processes. */
export async function memoryCase(): Promise<Figure[]> {
  const nodes = await Promise.all(Array.from({ length: count }, idleNode));
  const node = nodes.map(({ pid }) => pssMb(pid ?? 0));
  for (const child of nodes) child.kill('SIGKILL');
  const before = new Set(childrenOf(process.pid));
  await using sandbox = await createSandbox({ warm: count });
  const boxes = childrenOf(process.pid).filter((pid) => !before.has(pid));
  const box = boxes.map(pssMb);
  const ratio = quantile(box, 0.5) / quantile(node, 0.5);
  await sandbox.close();
  return [
    { name: 'idle node, PSS', unit: 'MB', p50: quantile(node, 0.5), rounds: node.length },
    {
      name: 'P9: idle warm box with bubblewrap, PSS',
      unit: 'MB',
      p50: quantile(box, 0.5),
      rounds: box.length,
      note: `${ratio.toFixed(2)} × idle node (target 1.3)`,
    },
  ];
}

async function idleNode(): Promise<ReturnType<typeof spawn>> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1e6)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child;
}
