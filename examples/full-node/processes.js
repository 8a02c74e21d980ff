// Child processes, where the policy allows them: Node is the only program in the box.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export default async function main({ numbers = [27, 97, 871] }) {
  const steps = `let n = +process.argv[1], s = 0; while (n > 1) { n = n % 2 ? 3 * n + 1 : n / 2; s++ } console.log(s)`;
  const ended = await Promise.all(
    numbers.map((n) => run(process.execPath, ['-e', steps, String(n)])),
  );
  return Object.fromEntries(numbers.map((n, index) => [n, Number(ended[index].stdout)]));
}
