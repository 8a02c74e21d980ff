import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Attack } from './attack.support.ts';
import { type Canaries, setCanaries } from './canaries.support.ts';
import { type Asked, openStage, type Stage, type Walls, wallsText } from './perform.support.ts';

/** Where outcomes are kept, one line of JSON each. What is there already is not run again. */
const tableFile = (): string | undefined => process.env['ATTACK_TABLE'];

/** What a program came to behind a set of walls. */
export interface Outcome {
  readonly name: string;
  /** Of programs that run with several values, which one. */
  readonly kind: string;
  readonly isolation: string;
  readonly engine: string;
  readonly isBare: boolean;
  readonly reuse: string;
  readonly status: string;
  readonly reason: string | null;
}

/**
 * One test for each program behind each set of walls, and one for what they leave behind. Programs that ask
 * the same of their sandbox share it, each with a box of its own unless the walls say otherwise.
 */
export function testAttacks(attacks: readonly Attack[], allWalls: readonly Walls[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-attacks-'));
  process.env['TMPDIR'] = folder;
  // The folder of another group may be around it, and gone.
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const walls of allWalls) {
    const waiting = waitingIn({ attacks, walls });
    for (const [asked, group] of grouped(waiting)) testGroup(asked, group, walls);
  }
}

/** Programs behind one set of walls. */
export interface Group {
  readonly attacks: readonly Attack[];
  readonly walls: Walls;
}

/** Those that apply behind these walls and have no outcome yet. */
export function waitingIn({ attacks, walls }: Group): Attack[] {
  const done = known();
  return attacks.filter(
    (attack) => applies(attack, walls) && !done.has(keyOf(outcomeOf(attack, walls))),
  );
}

function testGroup(asked: string, group: readonly Attack[], walls: Walls): void {
  describe(
    `${wallsText(walls)}${asked === '{}' ? '' : `, ${asked}`}`,
    { concurrency: false },
    () => {
      let stage: Stage | undefined;
      let canaries: Canaries | undefined;
      /** Opened by the first program that is not left out by a pattern of names. */
      const opened = async (): Promise<Stage> => {
        canaries ??= await setCanaries();
        return (stage ??= await openStage(JSON.parse(asked) as Asked, walls, canaries));
      };
      for (const attack of group) {
        it(`${attack.name}${kindText(attack)} gets nothing`, async () => {
          const { status, reason } = await (await opened()).perform(attack);
          const file = tableFile();
          if (file === undefined) return;
          const line: Outcome = { ...outcomeOf(attack, walls), status, reason };
          appendFileSync(file, `${JSON.stringify(line)}\n`);
        });
      }
      const close = async (): Promise<void> => {
        const closing = stage;
        stage = undefined;
        await closing?.close();
      };
      it('leaves nothing behind', async () => {
        await close();
      });
      after(async () => {
        try {
          await close();
        } finally {
          await canaries?.[Symbol.asyncDispose]();
        }
      });
    },
  );
}

/** The programs by what they ask of their sandbox, as JSON. */
function grouped(attacks: readonly Attack[]): Map<string, Attack[]> {
  return Map.groupBy(attacks, ({ modules, network, browser, site, native }) =>
    JSON.stringify({ modules, network, browser, site, native }),
  );
}

function applies(attack: Attack, { isolation, isBare }: Walls): boolean {
  const bare = attack.except?.[isolation]?.bare ?? attack.bare;
  return isBare !== true || bare === true;
}

function outcomeOf(
  attack: Attack,
  { isolation, engine, isBare, reuse }: Walls,
): Omit<Outcome, 'status' | 'reason'> {
  const kind = kindText(attack);
  const walls = { isolation, engine: engine ?? 'isolate', isBare: isBare === true, reuse };
  return { name: attack.name, kind, ...walls };
}

function keyOf({
  name,
  kind,
  isolation,
  engine,
  isBare,
  reuse,
}: Omit<Outcome, 'status' | 'reason'>) {
  return [name, kind, isolation, engine, isBare, reuse].join(' ');
}

/** What has an outcome already. */
function known(): ReadonlySet<string> {
  const file = tableFile();
  if (file === undefined || !existsSync(file)) return new Set();
  const lines = readFileSync(file, 'utf8').trim().split('\n').filter(Boolean);
  return new Set(lines.map((line) => keyOf(JSON.parse(line) as Outcome)));
}

function kindText({ params, network }: Attack): string {
  const kind = params?.['kind'];
  const told = typeof kind === 'string' ? ` (${kind})` : '';
  return network === undefined ? told : `${told} (with a network)`;
}
