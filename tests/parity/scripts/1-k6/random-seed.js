/* parity
title: randomSeed makes Math.random repeat; without it iterations differ
points: 1
args: --vus 2 --iterations 4
console: sorted
*/
import { randomSeed } from 'k6';

const draw = (n) => Array.from({ length: n }, () => Math.random());

export default function () {
  randomSeed(123456789);
  const a = draw(5);
  randomSeed(123456789);
  const b = draw(5);
  randomSeed(42);
  const c = draw(5);
  console.log('repeats', JSON.stringify(a) === JSON.stringify(b));
  console.log('other seed, other numbers', JSON.stringify(a) !== JSON.stringify(c));
  console.log('in range', a.concat(c).every((x) => x >= 0 && x < 1));
  console.log('returns', randomSeed(1));
}
