import './engine.ts';
import '../network.test.ts';
