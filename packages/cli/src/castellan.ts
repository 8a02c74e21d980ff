#!/usr/bin/env node
// The program `castellan`. Any Node since version 14 parses this file, so that an old one can
// report its version in one line. Everything else needs the current one and is loaded after the
// check.
const parts = process.versions.node.split('.').map(Number);
const major = parts[0] || 0;
const minor = parts[1] || 0;

if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(
    'castellan: Node 24.12 or newer is needed, and this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\n  fix: install Node 24, for example with: npm install --global node@24\n',
  );
  process.exitCode = 2;
} else {
  void import('./main.ts').then((program) => program.main());
}
