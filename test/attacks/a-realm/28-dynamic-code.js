// Code from text in every way there is; each must see the guest only (vm2, category 13).
const { plunder } = require('./plunder.js');

async function execute(params) {
  const question = 'typeof process + typeof globalThis.process + typeof globalThis.require';
  const AsyncFunction = (async () => 1).constructor;
  const GeneratorFunction = function* () {}.constructor;
  const AsyncGenerator = async function* () {}.constructor;
  const answers = [
    eval(question), (0, eval)(question), globalThis.eval(question), Function(`return ${question}`)(), await AsyncFunction(`return ${question}`)(),
    GeneratorFunction(`yield ${question}`)().next().value, (await AsyncGenerator(`yield ${question}`)().next()).value,
    Reflect.construct(Function, [`return ${question}`], class extends Array {})(), new Function('a = eval("typeof process")', `return ${question}`)(),
    Function.prototype.constructor.call(null, `return ${question}`)(), [].constructor.constructor(`return ${question}`)(),
  ];
  const imports = [];
  for (const make of [() => eval('import("node:fs")'), () => Function('return import("node:fs")')(), () => (0, eval)('import("./plunder.js")'), () => AsyncFunction('return import("data:text/javascript,export default 1")')(), () => eval('import.meta'), () => setTimeout('globalThis.ran = 1', 0)]) {
    try {
      imports.push(await make());
    } catch (error) {
      imports.push(error);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { ...plunder(imports, params), answers, ran: typeof globalThis.ran, imports: imports.map((value) => value instanceof Error) };
}
