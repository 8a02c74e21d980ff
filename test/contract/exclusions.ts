/** Tests of the contract that do not hold for the node engine, by name, each with its reason. */
export const exclusions: Readonly<Record<string, string>> = {
  'a fetch that failed shows where the script asked for it, and no cause':
    'It is Node’s own fetch, with Node’s own stack and cause: the gateway has closed a connection.',
  'import() inside eval reaches nothing':
    'In Node import() works wherever code is made; the same rules hold for it as elsewhere.',
  'a jitless box runs JavaScript, and says that it takes no TypeScript':
    'jitless is for isolates only: Node’s own fetch needs WebAssembly.',
  'what was withheld from the isolate as unknown':
    'Nothing is withheld: full Node is what it is for.',
  'the events of the global scope': 'Node has no such functions on its global scope.',
  'a host that is not allowed is a network error':
    'Node’s own client calls a connection that is refused by another code, ECONNRESET.',
  'with reuse tenant a process serves its tenant again, in a fresh global scope, and nobody else':
    'The script shares the process with what would be used again, so a box is for one run only.',
  'with reuse tenant the zone of a run ends with it': 'There is no reuse.',
  'runs of one tenant in one box have browsers of their own': 'There is no reuse.',
  'with reuse tenant a run that names no tenant has a process of its own': 'There is no reuse.',
  'with reuse tenant an end by wallMs after settling ends the process': 'There is no reuse.',
  'with reuse tenant a limit ends the process': 'There is no reuse.',
};
