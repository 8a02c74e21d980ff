// Calls of a synchronous helper without end: the host answers each.
for (;;) echoSync('x');
