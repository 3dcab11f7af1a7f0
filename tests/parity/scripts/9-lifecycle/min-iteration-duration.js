/* parity
title: minIterationDuration
points: 9
args: --iterations 3
*/
export const options = { minIterationDuration: '150ms' };

let last;

export default function () {
  const now = Date.now();
  console.log('gap', __ITER === 0 || now - last >= 148);
  last = now;
}
