// Makes everything that a release consists of, in `tmp/release`, and publishes nothing:
// `npm run release [-- --dry-run]`. It packs and checks the packages, writes their bill of materials
// and the section of the changelog. Without --dry-run it also dates that section in CHANGELOG.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { billOfMaterials } from './release/bill.ts';
import { cutRelease } from './release/changelog.ts';
import { checkTarball } from './release/check.ts';
import { placeOf } from './release/repository.ts';
import { packAll } from './release/pack.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
const { version, repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  repository: string;
};

const place = placeOf(repository);
if (place === null && !values['dry-run']) {
  throw new Error(
    'package.json: "repository" is empty. Set it to the address of this repository, such as git+https://HOST/OWNER/NAME.git: the manifests of the packages name it.',
  );
}
if (place === null) console.log('repository: not set in package.json, so no manifest names one');

// Compiled code fits one snapshot, so all of it is built in one go.
execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
const out = join(root, 'tmp/release');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const packed = packAll(root, out, { version, place });
for (const { name, file, size, unpackedSize, entryCount } of packed) {
  for (const said of checkTarball(root, join(out, file))) console.log(`${name}: ${said}`);
  const [tarball, unpacked] = [size, unpackedSize].map((bytes) => (bytes / 1e6).toFixed(2));
  console.log(`${file}: ${tarball} MB, ${unpacked} MB unpacked, ${entryCount} files`);
}

const bill = billOfMaterials(root, version);
writeFileSync(join(out, `castellan-${version}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`);
console.log(`castellan-${version}.cdx.json: CycloneDX, ${bill.components.length} components`);

const changelog = join(root, 'CHANGELOG.md');
const day = new Date().toISOString().slice(0, 10);
const { section, whole } = cutRelease(readFileSync(changelog, 'utf8'), version, day);
writeFileSync(join(out, 'CHANGELOG.md'), section);
if (!values['dry-run']) writeFileSync(changelog, whole);
console.log(`CHANGELOG.md: ${section.split('\n')[0]}${values['dry-run'] ? ' (not written)' : ''}`);

console.log('Nothing is published. To publish, in this order, where provenance can be proved:');
for (const { file } of packed) console.log(`  npm publish --provenance tmp/release/${file}`);
