// What browsers give pages of a machine: its files, fonts, screens, cameras, clipboard, serial ports, addresses.
const { site } = params.targets;
const told = [];
let tried = 0;
const attempt = async (label, work) => {
  tried++;
  try { told.push(`${label}: ${String(await work()).slice(0, 2_000)}`); } catch (error) { told.push(`${label}: no, ${String(error.message).slice(0, 200)}`); }
};

const page = await browser.newPage();
await page.goto(`http://localhost:${site}/page`);
const asks = { files: 'showOpenFilePicker().then((all) => all.length)', folder: 'showDirectoryPicker()', fonts: 'queryLocalFonts().then((all) => all.map(({ fullName }) => fullName).join())', camera: 'navigator.mediaDevices.getUserMedia({ audio: true, video: true })', screen: 'navigator.mediaDevices.getDisplayMedia()', devices: 'navigator.mediaDevices.enumerateDevices().then((all) => all.filter(({ deviceId }) => deviceId).length)', clipboard: 'navigator.clipboard.readText()', serial: 'navigator.serial.requestPort()', usb: 'navigator.usb.requestDevice({ filters: [] })', hid: 'navigator.hid.requestDevice({ filters: [] })', bluetooth: 'navigator.bluetooth.requestDevice({ acceptAllDevices: true })', midi: 'navigator.requestMIDIAccess({ sysex: true })', place: 'new Promise((ok, no) => navigator.geolocation.getCurrentPosition(ok, no))', keys: 'navigator.credentials.get({ password: true, publicKey: { challenge: new Uint8Array(8) } })', idle: 'IdleDetector.requestPermission()', notes: 'Notification.requestPermission()', lock: 'navigator.keyboard.lock()', persist: 'navigator.storage.persist()', own: "navigator.storage.getDirectory().then((root) => root.getFileHandle('../../x', { create: true }))", chrome: 'JSON.stringify(Object.keys(window.chrome ?? {}))', memory: 'JSON.stringify(performance.memory?.jsHeapSizeLimit ?? 0)', peers: "(async () => { const peer = new RTCPeerConnection(); peer.createDataChannel('x'); const found = []; peer.onicecandidate = ({ candidate }) => candidate && found.push(candidate.address); await peer.setLocalDescription(); await new Promise((ok) => setTimeout(ok, 300)); return found.join(); })()", gpu: 'navigator.gpu?.requestAdapter().then((adapter) => adapter?.info?.description)', shared: 'typeof SharedArrayBuffer', pay: "new PaymentRequest([{ supportedMethods: 'https://a.test/pay' }], { total: { label: 'x', amount: { currency: 'EUR', value: '1' } } }).show()" };
for (const [name, text] of Object.entries(asks)) {
  await attempt(name, () => Promise.race([page.evaluate((code) => Promise.resolve((0, eval)(`(async () => ${code})()`)).then((answer) => String(answer)), text), new Promise((resolve) => setTimeout(resolve, 800, 'no answer'))]));
}
return { tried, reached: told.filter((line) => /(?:camera|screen|serial|usb|hid|bluetooth): \[object|peers: .*\d+\.\d+\.\d+\.\d+|clipboard: [^n]/.test(line)), told };
