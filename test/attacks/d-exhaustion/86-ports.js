// Messages between two ports that answer each other, twice as many each time.
const { port1, port2 } = new MessageChannel();
const double = (port) => ({ data }) => { port.postMessage([data, data]); port.postMessage([data]); };
port1.onmessage = double(port1);
port2.onmessage = double(port2);
port1.postMessage(new Array(100).fill('x'));
await new Promise(() => {});
