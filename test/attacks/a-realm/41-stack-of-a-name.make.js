// Code that says it is of another file and line than it is: where an error is said to be must stay within the script.
export default () => ({
  entry: 'attack.ts',
  files: {
    'attack.ts': `
const names = ['attack.ts', '../../../../etc/passwd', '/app/runner.js', 'prelude', 'castellan:prelude', 'C:\\\\x', 'attack.ts?x#y', '<anonymous>', 'evil\u0000name', 'x'.repeat(5_000), '__proto__', 'constructor'];
const stacks: string[] = [];
for (const name of names) {
  for (const lines of [0, 3, 100_000]) {
    try {
      (0, eval)('\\n'.repeat(lines) + ' '.repeat(lines) + 'throw new Error("inside")\\n//# sourceURL=' + name);
    } catch (error) {
      stacks.push(String((error as Error).stack).slice(0, 300));
    }
  }
}
if (stacks.length !== names.length * 3) throw new Error('not tried');
const last: number = names.length;
(0, eval)('\\n'.repeat(1e6) + 'throw new Error("at the end")\\n//# sourceURL=attack.ts\\n//# sourceMappingURL=data:application/json;base64,' + btoa('{"version":3,"sources":["../../x"],"mappings":"AAAA"}'));
export default last;`,
  },
});
