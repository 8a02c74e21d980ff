import { policyTable } from '../../packages/server/src/config/policy-table.ts';
import type { Row } from '../../packages/server/src/config/row.ts';
import { serverTable } from '../../packages/server/src/config/server-table.ts';
import { code, literal, markdownTable } from './markdown.ts';

/**
 * Returns the reference page of the service's options as Markdown, from the tables that read them.
 */
export function configReference(): string {
  return `<!-- Made from the tables of options: npm run docs -->
# Configuration

\`castellan serve\` reads \`castellan.config.ts\` (or \`.mts\`, \`.mjs\`, \`.js\`, \`.json\`) of the current folder, or the file
that \`--config\` names, wherever it lies and whatever a \`package.json\` beside it says. \`castellan\` and \`@castellan/…\` are
what the folder has installed, or else the installation that reads the file. A flag wins over the environment, the environment over the file, the file over the default. An
option that is not listed here is an error, and so is a value that does not fit; the message names both.

\`\`\`ts
import { defineConfig } from 'castellan';

export default defineConfig({
  port: 7400,
  policies: {
    default: { reuse: 'tenant', modules: ['dayjs'] },
    playground: { limits: { wallMs: 5_000 }, queue: { running: 2, queued: 20 } },
  },
  keys: { anonymousPolicy: 'playground' },
});
\`\`\`

Units are in the names: \`…Ms\` are milliseconds, \`…Bytes\` and \`bytes\` are bytes. Of TypeScript the types are removed, not
checked, and nothing else is translated: no \`enum\`, no \`namespace\` with values, no parameter properties.

## Service

${tableOf(serverTable)}

## Policies

\`policies\` is an object of policies by name. The first is the default one. Without any there is one named
\`default\` with all defaults. What stands below is written \`policies.<name>.<option>\`.

${tableOf(policyTable)}
`;
}

function tableOf(rows: Readonly<Record<string, Row<unknown>>>): string {
  return markdownTable(
    ['option', 'must be', 'default', 'environment', 'what it is'],
    Object.entries(rows).map(([name, { kind, shown, env, sentence, ...row }]) => [
      code(name),
      kind.says,
      shown ?? literal(row.default),
      env === null ? '' : code(env),
      sentence,
    ]),
  );
}
