'use strict';

const fs = require('fs');
const path = require('path');

/**
 * What the build below `root` reads, sorted, and one output of each package to see that it is there.
 * @returns {{ files: string[], outputs: string[] }} absolute paths
 */
function listInputs(root) {
  const top = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'];
  const files = top.map((name) => path.join(root, name));
  const outputs = [];
  const packages = path.join(root, 'packages');
  for (const name of fs.readdirSync(packages)) {
    const folder = path.join(packages, name);
    if (!fs.existsSync(path.join(folder, 'package.json'))) continue;
    collect(folder, files);
    outputs.push(path.join(folder, 'dist', '.tsbuildinfo'), path.join(folder, 'dist', 'index.js'));
  }
  return { files: files.sort(), outputs };
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
