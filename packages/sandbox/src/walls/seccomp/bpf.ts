import { CastellanError } from '@castellan/protocol';
import type { ArgumentRule, SyscallAction, SyscallRow, SyscallTable } from './table.ts';

/*
 * The program reads struct seccomp_data and returns a verdict:
 *
 *      0     4      8           16         24         ...
 *      +-----+------+-----------+----------+----------+--
 *      | nr  | arch | ip        | args[0]  | args[1]  | ...   all little-endian
 *      +-----+------+-----------+----------+----------+--
 *
 * One instruction is 8 bytes: u16 code, u8 jump if true, u8 jump if false, u32 k.
 */
const load = 0x20;
const and = 0x54;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const jump = 0x05;
const giveBack = 0x06;

const archX64 = 0xc000_003e;
/** System call numbers from here on belong to the x32 ABI, another entry to the same kernel. */
const x32Bit = 0x4000_0000;
const low32 = 0xffff_ffffn;

const verdicts: Readonly<Record<SyscallAction, number>> = {
  allow: 0x7fff_0000,
  eperm: 0x0005_0001,
  enosys: 0x0005_0026,
  kill: 0x8000_0000,
};

type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, k: number];

/** Compares one half of an argument and goes on, or jumps over `skip` instructions. */
function compareHalf(offset: number, mask: number, value: number, skip: number): Instruction[] {
  if (mask === 0) return [];
  const masking: Instruction[] = mask === 0xffff_ffff ? [] : [[and, 0, 0, mask]];
  return [[load, 0, 0, offset], ...masking, [jumpIfEqual, 0, skip, value]];
}

/** Returns `action` when the rule holds, else `otherwise`; never falls through. */
function ruleBlock(rule: ArgumentRule, action: number, otherwise: number): Instruction[] {
  const offset = 16 + 8 * rule.index;
  const mask = rule.mask ?? 0xffff_ffff_ffff_ffffn;
  const block: Instruction[] = [];
  for (const value of rule.oneOf) {
    const low = compareHalf(offset, Number(mask & low32), Number(value & low32), 1);
    const high = compareHalf(offset + 4, Number(mask >> 32n), Number(value >> 32n), low.length + 1);
    block.push(...high, ...low, [giveBack, 0, 0, action]);
  }
  return [...block, [giveBack, 0, 0, otherwise]];
}

/** Falls through when the rule holds, else does `otherwise`. */
function guardBlock(rule: ArgumentRule, otherwise: Instruction): Instruction[] {
  const tests = rule.oneOf.map((value) =>
    ruleBlock({ ...rule, oneOf: [value] }, 0, 0).slice(0, -2),
  );
  const block: Instruction[] = [otherwise];
  for (const test of tests.toReversed()) block.unshift(...test, [jump, 0, 0, block.length]);
  return block;
}

/** Returns `action` when all rules hold, else falls through. */
function listBlock(rules: readonly ArgumentRule[], action: number): Instruction[] {
  const block: Instruction[] = [[giveBack, 0, 0, action]];
  for (const rule of rules.toReversed()) {
    block.unshift(...guardBlock(rule, [jump, 0, 0, block.length]));
  }
  return block;
}

/** The verdict on one call; never falls through. */
function rowBlock(row: SyscallRow, otherwise: number): Instruction[] {
  const action = verdicts[row.action];
  const refuse: Instruction = [giveBack, 0, 0, otherwise];
  if (row.anyOf !== undefined) {
    return [...row.anyOf.flatMap((rules) => listBlock(rules, action)), refuse];
  }
  const guards = (row.and ?? []).flatMap((rule) => guardBlock(rule, refuse));
  if (row.when === undefined) return [...guards, [giveBack, 0, 0, action]];
  return [...guards, ...ruleBlock(row.when, action, otherwise)];
}

/**
 * The table as a classic BPF program for `seccomp(2)`, on x86-64 only: any other architecture
 * and the x32 ABI kill the process. Throws `isolation_unavailable` when `arch` is not `x64`.
 */
export function compileFilter(table: SyscallTable, arch: string = process.arch): Buffer {
  if (arch !== 'x64') {
    throw new CastellanError(
      'isolation_unavailable',
      `There is no tested system call table for ${arch}: boxes need an x86-64 machine.`,
    );
  }
  const otherwise = verdicts[table.otherwise];
  const program: Instruction[] = [
    [load, 0, 0, 4],
    [jumpIfEqual, 1, 0, archX64],
    [giveBack, 0, 0, verdicts.kill],
    [load, 0, 0, 0],
    [jumpIfAtLeast, 0, 1, x32Bit],
    [giveBack, 0, 0, verdicts.kill],
  ];
  if (table.newest !== undefined) {
    program.push([jumpIfAtLeast, 0, 1, table.newest + 1], [giveBack, 0, 0, verdicts.enosys]);
  }
  for (const row of table.rows) {
    const block = rowBlock(row, otherwise);
    if (block.length > 255) throw new Error(`the rules for ${row.name} are too long to jump over`);
    program.push([jumpIfEqual, 0, block.length, row.number], ...block);
  }
  program.push([giveBack, 0, 0, otherwise]);

  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, jumpTrue, jumpFalse, k]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(k, index * 8 + 4);
  }
  return bytes;
}
