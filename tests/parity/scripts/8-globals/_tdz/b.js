import { early } from '../cycle-tdz.js';
export const late = `${early} is read before it is there`;
