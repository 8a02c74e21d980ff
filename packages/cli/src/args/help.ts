import type { HelpPage } from './help-page.ts';
import {
  doctorOptions,
  help,
  imageOptions,
  limitOptions,
  runOptions,
  runtimeOptions,
  topOptions,
} from './table.ts';

export const topHelp: HelpPage = {
  usage: ['Runs JavaScript and TypeScript that you did not write, behind several walls.'],
  about: [],
  words: {
    'castellan run FILE|-': 'runs a script in a box on this machine',
    'castellan dev FILE': 'runs it again at each change of its files',
    'castellan doctor': 'says what this machine can enforce, and how to add what is missing',
    'castellan runtime': 'builds the packages that scripts may import, and lists them',
    'castellan image':
      'builds the images of boxes for a Docker daemon; prints the filter of a container of the service',
    'castellan serve': 'the HTTP API, its queue, its launcher and its store, in one command',
    'castellan worker': 'a launcher of a service on another machine',
    'castellan keys': 'makes, lists and revokes API keys',
    'castellan backup DIR': 'copies the records of a service, also while it runs',
    'castellan restore DIR': 'makes a data folder of such a copy',
    'castellan migrate': 'moves what a service keeps from the data folder into PostgreSQL, or back',
    'castellan submit FILE|-': 'runs a script on a service, with live logs',
    'castellan list': 'the runs of a service',
    'castellan functions': 'scripts that a service stores, and runs by their names',
    'castellan secrets': 'values that a service keeps for scripts that never see them',
    'castellan schedules': 'functions that a service calls by the clock',
    'castellan webhooks': 'whom a service has told of the end of a run',
    'castellan logs RUN_ID': 'and get, cancel, artifacts: a run of a service',
    'castellan completion SHELL': 'completion of command lines for bash, zsh or fish',
    'castellan help [TOPIC]': 'explains a command, a reason why a run ended, or an error',
    'castellan version': 'prints the version',
  },
  options: topOptions,
  closing: 'Each command explains itself: castellan run --help, or castellan help run',
};

export const runHelp: HelpPage = {
  usage: ['castellan run FILE|- [options]'],
  operands: 'file',
  about: [
    'Runs a script in a V8 isolate inside a box on this machine. FILE ends in .js .mjs .cjs .jsx .ts .mts .cts or .tsx; - reads standard input, JavaScript or, if that does not parse, TypeScript, with JSX or without. Files that FILE imports by relative names are taken along from its own folder and below, except names that begin with a dot, node_modules, and links that lead out; so is a tsconfig.json beside TypeScript or JSX.',
    'The value goes to standard output as JSON, once, also when it is null; indented on a terminal. Logs go to standard error as they happen, and so does the report when a run fails. With --json standard error has only what castellan itself has to say.',
  ],
  options: runOptions,
  more: {
    sentence:
      'Limits; there are no ceilings. TIME is 500ms, 5s or 2m; SIZE is in b kb mb gb kib mib gib.',
    options: limitOptions,
  },
  exitCodes: {
    0: 'succeeded',
    1: 'the script failed, or --check found a problem',
    2: 'bad usage: a wrong option, value or file; nothing ran',
    3: 'timed out, or a resource limit was hit',
    4: 'not the script’s fault: no box could be made here, or an artifact could not be written',
    130: 'cancelled: Ctrl-C or SIGTERM; logs and artifacts stay. A second Ctrl-C exits at once.',
  },
  examples: [
    `castellan run report.ts --params '{"month":"2026-11"}' --out artifacts`,
    'castellan run report.ts --check',
    `echo 'return [3, 1, 2].sort()' | castellan run - --wall 500ms | jq length`,
  ],
};

export const runtimeHelp: HelpPage = {
  usage: [
    'castellan runtime build [NAME|FOLDER] [--out DIR] [--force]',
    'castellan runtime list [NAME]',
  ],
  operands: ['build', 'list'],
  about: [
    'A runtime is a set of packages that scripts may import. Yours is a folder with a package.json, and best a package-lock.json, whose name is the name of the runtime. build installs its dependencies without running any of their scripts, bundles each for isolates, and loads each once in a box. A NAME that came with Castellan is built again when it is not whole or compiled for another Node, and without a name all of which that is true. list says what is built and what each engine can import from it, and with NAME what is in it.',
  ],
  options: runtimeOptions,
  examples: [
    'castellan runtime build ./my-runtime',
    "castellan run report.ts --runtime my-runtime --allow-module '*' --allow-module node:crypto",
  ],
};

export const imageHelp: HelpPage = {
  usage: ['castellan image build [options]', 'castellan image seccomp'],
  operands: ['build', 'seccomp'],
  about: [
    'Builds what boxes of a Docker daemon stand on, for --isolation docker: one image for scripts in isolates, one for those with a browser, one for --engine node. They hold Node, its libraries, the runner and the packages of a runtime, as they are installed here, and nothing else: no registry is asked. A box takes the image of exactly the files that this machine has, so after an update of Castellan or of Node they are built again; older ones are removed then.',
    'Whoever may talk to a Docker socket is as good as root on its machine. Castellan is too where it does.',
    'image seccomp prints the system call filter for a container that has the whole service in it, where boxes are built by bubblewrap: docker run --security-opt seccomp=FILE.',
  ],
  options: imageOptions,
  examples: [
    'castellan image build',
    'castellan run report.ts --isolation docker',
    'castellan image seccomp > castellan-seccomp.json',
  ],
};

export const doctorHelp: HelpPage = {
  usage: ['castellan doctor [options]'],
  about: [
    'Says what this machine can enforce, layer by layer, each found out by doing it: a box is built, scripts that loop, hoard memory and pry at the walls are run in it. Names the fix for what is missing. Exits 1 when less than the floor stands, else 0.',
  ],
  options: doctorOptions,
};

export const completionHelp: HelpPage = {
  usage: ['castellan completion bash|zsh|fish'],
  about: [
    'Prints a script that teaches a shell to complete the commands and options of castellan. In bash: source <(castellan completion bash). In zsh: castellan completion zsh > a file _castellan in a folder of fpath. In fish: castellan completion fish > ~/.config/fish/completions/castellan.fish.',
  ],
  operands: ['bash', 'zsh', 'fish'],
  options: { help },
};

export const helpHelp: HelpPage = {
  usage: ['castellan help [TOPIC]'],
  about: [
    'Explains a command (castellan help run), a reason why a run ended (castellan help wall_timeout), or the code of an error (castellan help invalid_option).',
  ],
  options: { help },
};

export const versionHelp: HelpPage = {
  usage: ['castellan version', 'castellan --version', 'castellan -v'],
  about: ['Prints the version of this program.'],
  options: { help },
};
