import { name } from './main.js';
export const fromLoop = () => name;
