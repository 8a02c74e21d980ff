'use strict';

const fs = require('fs');
const path = require('path');

/**
 * What the build below `root` reads, sorted, and what the packages promise in `files`,
 * `exports` and `bin`.
 * Absolute paths; `bins` by name of the program.
 * @returns {{ files: string[], outputs: string[], bins: Object<string, string> }}
 */
function listInputs(root) {
  const top = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'];
  const files = top.map((name) => path.join(root, name));
  const outputs = [];
  const bins = {};
  const runtimes = path.join(root, 'runtimes');
  if (fs.existsSync(runtimes)) collect(runtimes, files);
  const packages = path.join(root, 'packages');
  for (const name of fs.readdirSync(packages)) {
    const folder = path.join(packages, name);
    const manifest = path.join(folder, 'package.json');
    if (!fs.existsSync(manifest)) continue;
    collect(folder, files);
    const parsed = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    const parts = promised([parsed.files, parsed.exports, parsed.bin]);
    for (const part of parts) outputs.push(path.join(folder, part));
    for (const bin of Object.keys(parsed.bin || {})) bins[bin] = path.join(folder, parsed.bin[bin]);
  }
  return { files: files.sort(), outputs, bins };
}

/** The paths named anywhere in `field`, without exclusions and patterns. */
function promised(field) {
  if (typeof field === 'string') return /[!*]/.test(field) ? [] : [field];
  return [].concat(...Object.keys(field || {}).map((key) => promised(field[key])));
}

function collect(folder, files) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) collect(file, files);
    else if (entry.isFile()) files.push(file);
  }
}

module.exports = { listInputs };
