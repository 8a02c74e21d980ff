import type { ErrorCode, Reason } from '@castellan/protocol';

/** What led to each reason, and what to do about it. */
export const cureOfReason: Readonly<Record<Reason, string>> = {
  uncaught_exception:
    'An error reached the top level of the script, or a promise was rejected that nobody handled. The error names the line: mend it there, or catch the error.',
  syntax_error:
    'The text is neither JavaScript nor TypeScript, or it is CommonJS where an ES module is needed. The error names the line; castellan run --check finds it without running anything.',
  no_entry:
    'The file only defines things. Return a value, let the last statement be an expression, declare function execute(params), or export a default function.',
  unsettled:
    'An await, or the promise that is the value, waits for something that never comes: a promise that nobody resolves, an event of an object that is silent. The run ends at once, and not after wallMs. Resolve the promise, or wait for a timer, a call or a request.',
  exit_nonzero:
    'The script called process.exit() or set process.exitCode. exitCode of the run is its code; 0 would have been a success.',
  value_not_serializable:
    'The value is no JSON, and the error names the part. Convert it: Object.fromEntries(map), [...set], String(bigint), Array.from(bytes); or write it as an artifact.',
  wall_timeout:
    'The script waits for something slow, or works for too long. Await less at a time, or allow more: --wall, limits.wallMs.',
  cpu_timeout:
    'The script, or its browser, computes for too long: a loop without an end, a costly regular expression, very much data. Allow more with --cpu, limits.cpuMs; of a browser --browser-cpu, limits.browserCpuMs.',
  out_of_memory:
    'The script or its browser keeps too much at a time. Work in smaller parts, or allow more: --memory, limits.memoryBytes; of a browser --browser-memory, limits.browserMemoryBytes.',
  output_limit:
    'The script logs too much, or its value is too large. Every line of logs costs at least 16 bytes. Log less, write an artifact, or allow more: --output-size and --value-size, limits.outputBytes and limits.valueBytes.',
  artifact_limit:
    'The script writes too many or too large files. Write fewer, or allow more: --artifact-count and --artifact-size, limits.artifactCount and limits.artifactBytes.',
  process_limit:
    'The script starts more processes at a time than it may. Wait for some to end, or allow more: --processes, limits.processes.',
  module_denied:
    'The module exists and is not allowed. Allow it with --allow-module, or in modules of the policy; castellan runtime list shows what there is.',
  module_not_found:
    'No file or package has this name. Relative names need their ending and lie in the folder of the script or below; packages are those of the runtime: castellan runtime list.',
  policy_violation:
    'The script, or a program that took it over, made a system call or sent a browser command that no honest script needs. Do not give it more rights; look at the script.',
  engine_crashed:
    'The script brought the JavaScript engine down: mostly with a recursion in native code, huge buffers, or on purpose. The box ended with it; make the data smaller.',
  browser_crashed:
    'Chromium ended while the script used it, mostly for want of memory: --browser-memory, limits.browserMemoryBytes. If it happens at once, castellan doctor starts one and says why.',
  cancelled:
    'Somebody cancelled the run: Ctrl-C, castellan cancel, a DELETE request or a signal. Its logs and artifacts stay.',
  queue_ttl:
    'No box was free in time. Let it wait longer (--ttl, queue.ttlMs), run less at a time, or give the service more: queue.concurrency.',
  worker_lost:
    'The launcher died twice with the run: the machine ran out of memory, or somebody kills processes. The log of the service has the cause. Submit the run again.',
  box_failed:
    'The machine could not build the walls. castellan doctor says which one is missing, and the command that mends it.',
};

/** What to do about each error of Castellan. */
export const cureOfError: Readonly<Record<ErrorCode, string>> = {
  invalid_option:
    'The message names the option, its value and what is accepted; allowed of the error has the accepted words. Options of the service are in docs/reference/config.md, those of commands in castellan help.',
  invalid_limit:
    'The message names the limit and its range; docs/reference/limits.md has all of them. The command line takes units: 5s, 64mb.',
  invalid_source:
    'Give one text, or files with an entry that is among them; names are relative, with / between segments, and end in .js, .ts or one of their kin.',
  invalid_params:
    'Params are JSON: no functions, no undefined, no cycles. On a command line quote them for the shell: --params with single quotes around the JSON.',
  source_too_large: 'Send less source, or allow more with --source-size, limits.sourceBytes.',
  params_too_large: 'Send less, or allow more with --params-size, limits.paramsBytes.',
  isolation_unavailable:
    'The fix is in the message. castellan doctor looks at each wall of this machine.',
  browser_unavailable:
    'Install Chromium (Debian: apt-get install chromium), or name the program itself with --chromium, browser.executablePath.',
  box_failed: 'castellan doctor builds a box step by step and says what is missing.',
  sandbox_closed: 'The program closed its sandbox while runs were waiting: await them first.',
  run_ended:
    'Call functions of a script only while its run lives: the signal of the helper aborts at its end.',
  callback_failed:
    'Catch it in the helper: the message says what the function of the script threw, or what was too much.',
  unsupported_version: 'The message names the version that is needed; castellan doctor shows all.',
};
