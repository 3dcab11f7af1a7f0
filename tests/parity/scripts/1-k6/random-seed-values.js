/* parity
title: the very numbers of a seeded Math.random
points: 1
*/
import { randomSeed } from 'k6';

// A seed is given to have the same numbers in every run; scripts keep results of theirs.
export default function () {
  for (const seed of [0, 1, 42, 123456789, -7]) {
    randomSeed(seed);
    console.log(seed, Math.random(), Math.random(), Math.floor(Math.random() * 1000));
  }
}
