'use strict';

const fs = require('fs');
const path = require('path');

/**
 * Whether node_modules below `root` holds what package-lock.json names. Compares the lock file with
 * the record that npm keeps of what it installed, so an `npm install` by hand counts as well.
 * Packages for other platforms are in the first and rightly not in the second.
 */
function isInstalled(root) {
  const locked = packagesOf(path.join(root, 'package-lock.json'));
  const record = packagesOf(path.join(root, 'node_modules', '.package-lock.json'));
  if (locked === null || record === null) return false;
  return Object.keys(locked).every((name) => {
    if (!name.startsWith('node_modules/') && !name.includes('/node_modules/')) return true;
    const wanted = locked[name];
    const found = record[name];
    if (found === undefined) return wanted.optional === true;
    if (!fs.existsSync(path.join(root, name, 'package.json'))) return false;
    return ['version', 'integrity', 'resolved'].every((key) => found[key] === wanted[key]);
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages || null;
  } catch (error) {
    return null;
  }
}

module.exports = { isInstalled };
