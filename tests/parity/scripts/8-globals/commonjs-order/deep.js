import { before } from './before.js';
import { value } from './inner.js';
console.log('deep runs', before, value);
export const deep = before + value;
