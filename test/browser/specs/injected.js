window.injected = 3;
