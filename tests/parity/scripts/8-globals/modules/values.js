console.log('values.js runs');
export let value = 'first';
export function change(to) { value = to; }
export default function (word) { return `default ${word}`; }
export const makeCounter = () => { let n = 0; return () => (n += 1); };
export class Thing {}
