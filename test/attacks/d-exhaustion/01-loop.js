// A loop without end.
for (;;);
