import { fromB } from './cycle-b.js';
export function fromA() { return 'a'; }
export function askB() { return fromB(); }
