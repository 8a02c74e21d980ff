// Sockets by abstract names, which belong to a network and not to a file: a session bus, X11, systemd.
const { call, kernel } = require('./kernel.js');
const k = kernel();
const names = ['/tmp/.X11-unix/X0', '/tmp/dbus-session', '/run/systemd/private', '/org/freedesktop/systemd1', 'castellan', 'snapd', '/com/ubuntu/upstart', '/containerd-shim/x.sock'];
for (const name of names) {
  for (const type of [1, 2]) {
    const socket = call(41, 1, type, 0);
    const address = Buffer.concat([Buffer.from([1, 0, 0]), Buffer.from(name)]);
    k.refused(`${name} ${type}`, 42, socket, address, address.length);
    call(3, socket);
  }
}
return k.done();
