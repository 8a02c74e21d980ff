// castellan run examples/hello.ts --params '{"names":["Ada","Grace"]}'

interface Params {
  readonly names?: readonly string[];
}

interface Context {
  readonly progress: (fraction: number, text: string) => void;
}

/** Greets everybody: logs appear while it runs, the value when it has ended. */
export default async function hello({ names = ['world'] }: Params, { progress }: Context) {
  const greetings: string[] = [];
  for (const [index, name] of names.entries()) {
    const greeting = `Hello, ${name}!`;
    console.log(greeting, { letters: name.length });
    greetings.push(greeting);
    progress((index + 1) / names.length, `greeted ${name}`);
  }
  if (names.length > 2) console.warn('That is a crowd.');
  return { greetings };
}
