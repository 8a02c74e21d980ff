// Sockets of the host's services.
const { report, talk } = require('./report.js');
const r = report();
const paths = ['/var/run/docker.sock', '/run/docker.sock', '/run/systemd/private', '/run/dbus/system_bus_socket'];
paths.push('/tmp/.X11-unix/X0', '\0/tmp/.X11-unix/X0', '\0dbus', '/run/containerd/containerd.sock');
for (const path of paths) {
  const answer = await r.wait(path, () => talk({ path }), 200);
  if (/connected/.test(answer)) r.reach(path);
}
return r.done();
