import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gather } from './gather.ts';

const roomy = 2 ** 20;
let base: string;
let folder: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'castellan-test-')));
  folder = join(base, 'script');
  mkdirSync(folder);
});
afterEach(() => rmSync(base, { recursive: true }));

/** Writes files below the folder; returns the path of the first. */
function write(files: Record<string, string | Uint8Array>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return join(folder, Object.keys(files)[0] ?? '');
}

const imports = (...names: string[]): string => names.map((name) => `import '${name}';`).join('\n');

test('gather takes along what files name relatively, again and again', () => {
  const main = write({
    'main.ts': imports('./lib/a.ts', './data.json', './lib/b', './folder'),
    'lib/a.ts': imports('../c.js'),
    'lib/b.js': '',
    'c.ts': imports('./main.ts'),
    'folder/index.mjs': '',
    'data.json': imports('./unnamed.js'),
    'unnamed.js': '',
  });
  const { entry, files, withheld } = gather(main, roomy);
  assert.equal(entry, 'main.ts');
  const expected = ['main.ts', 'lib/a.ts', 'data.json', 'lib/b.js', 'folder/index.mjs', 'c.ts'];
  assert.deepEqual(Object.keys(files).toSorted(), expected.toSorted());
  assert.equal(withheld.size, 0);
});

test('gather never leaves the folder of the entry by name', () => {
  writeFileSync(join(base, 'outside.js'), 'secret');
  const main = write({
    'main.js': imports('../outside.js', './lib/../../outside.js', './a/b.js'),
    'a/b.js': imports('../../outside.js'),
  });
  const { files, withheld } = gather(main, roomy);
  assert.deepEqual(Object.keys(files), ['main.js', 'a/b.js']);
  assert.deepEqual(
    [...withheld.keys()],
    ['../outside.js', './lib/../../outside.js', '../../outside.js'],
  );
  assert.match(withheld.get('../outside.js') ?? '', /outside the folder/);
});

test('gather never leaves the folder of the entry by a link', () => {
  writeFileSync(join(base, 'outside.js'), 'secret');
  mkdirSync(join(base, 'elsewhere'));
  writeFileSync(join(base, 'elsewhere/x.js'), 'secret');
  // A sibling whose name begins like the folder's is outside, too.
  mkdirSync(`${folder}-too`);
  writeFileSync(join(`${folder}-too`, 'x.js'), 'secret');
  const main = write({
    'main.js': imports('./link.js', './dir/x.js', './too/x.js', './fine.js'),
    'real.js': 'fine',
  });
  symlinkSync('../outside.js', join(folder, 'link.js'));
  symlinkSync('../elsewhere', join(folder, 'dir'));
  symlinkSync('../script-too', join(folder, 'too'));
  symlinkSync('real.js', join(folder, 'fine.js'));
  const { files, withheld } = gather(main, roomy);
  assert.deepEqual(files, { 'main.js': files['main.js'], 'fine.js': 'fine' });
  assert.deepEqual([...withheld.keys()], ['link.js', 'dir/x.js', 'too/x.js']);
  for (const why of withheld.values()) assert.match(why, /link that leads out/);
});

test('gather takes no dotfiles and no node_modules, not through a link either', () => {
  const main = write({
    'main.js': imports(
      './.env.json',
      './.git/x.js',
      './node_modules/a/index.js',
      './plain.json',
      './mods/a/index.js',
    ),
    '.env.json': 'secret',
    '.git/x.js': 'secret',
    'node_modules/a/index.js': 'secret',
  });
  symlinkSync('.env.json', join(folder, 'plain.json'));
  symlinkSync('node_modules', join(folder, 'mods'));
  const { files, withheld } = gather(main, roomy);
  assert.deepEqual(Object.keys(files), ['main.js']);
  assert.equal(withheld.size, 5);
});

test('gather takes regular files of text only, and does not wait for a pipe', () => {
  const main = write({
    'main.js': imports('./pipe.js', './folder.js', './binary.js', './device.js', './loop.js'),
    'binary.js': Uint8Array.of(0xff, 0xfe, 0x00),
  });
  execFileSync('/usr/bin/mkfifo', [join(folder, 'pipe.js')]);
  mkdirSync(join(folder, 'folder.js'));
  symlinkSync('/dev/zero', join(folder, 'device.js'));
  symlinkSync('loop.js', join(folder, 'loop.js'));
  const { files, withheld } = gather(main, roomy);
  assert.deepEqual(Object.keys(files), ['main.js']);
  assert.match(withheld.get('pipe.js') ?? '', /no regular file/);
  assert.match(withheld.get('binary.js') ?? '', /not UTF-8/);
  assert.match(withheld.get('loop.js') ?? '', /ELOOP/);
});

test('gather stops reading where sourceBytes ends, and says what did not fit', () => {
  const text = imports('./large.json', './small.json');
  const main = write({ 'main.js': text, 'large.json': '1'.repeat(500), 'small.json': '1' });
  const { files, withheld } = gather(main, text.length + 499);
  assert.deepEqual(Object.keys(files), ['main.js', 'small.json']);
  assert.match(withheld.get('large.json') ?? '', /500 bytes do not fit; raise --source-size/);
});

test('gather follows a link to the entry into its real folder', () => {
  const main = write({ 'deep/main.js': imports('./a.js'), 'deep/a.js': '' });
  symlinkSync(main, join(base, 'current.js'));
  assert.deepEqual(Object.keys(gather(join(base, 'current.js'), roomy).files), ['main.js', 'a.js']);
});

test('gather takes an entry of any name that the user gave', () => {
  assert.equal(gather(write({ '.hidden.js': '1' }), roomy).entry, '.hidden.js');
});

test('gather refuses an entry that cannot be a script, and names it', () => {
  const main = write({
    'main.txt': '',
    'data.json': '{}',
    'large.js': '1'.repeat(100),
    'bad.js': Uint8Array.of(0xff),
  });
  const refuses = (file: string, message: RegExp): void =>
    assert.throws(() => gather(file, 99), { name: 'UsageError', message });
  refuses(main, /main.txt" must end in .js/);
  refuses(join(folder, 'data.json'), /must end in .js/);
  refuses(join(folder, 'none.js'), /none.js" does not exist/);
  refuses(folder, /is no regular file/);
  refuses(join(folder, 'large.js'), /100 bytes do not fit; raise --source-size/);
  refuses(join(folder, 'bad.js'), /not UTF-8/);
  symlinkSync('main.txt', join(folder, 'sneaky.js'));
  refuses(join(folder, 'sneaky.js'), /sneaky.js" \(it is ".*main.txt"\) must end/);
});

test('gather is not drowned by a script that names a million files', () => {
  const names = Array.from({ length: 50_000 }, (_, index) => `'./${index}'`).join();
  assert.deepEqual(Object.keys(gather(write({ 'main.js': names }), roomy).files), ['main.js']);
});

test('gather finds JSX by its names, and takes tsconfig.json along beside TypeScript or JSX only', () => {
  const main = write({
    'main.tsx': imports('./a.js', './b', './c.jsx'),
    'a.tsx': '',
    'b.jsx': '',
    'c.tsx': '',
    'plain.js': '',
    'tsconfig.json': '{}',
  });
  const files = (entry: string): string[] => Object.keys(gather(entry, roomy).files).toSorted();
  assert.deepEqual(files(main), ['a.tsx', 'b.jsx', 'c.tsx', 'main.tsx', 'tsconfig.json']);
  assert.deepEqual(files(join(folder, 'plain.js')), ['plain.js']);
});
