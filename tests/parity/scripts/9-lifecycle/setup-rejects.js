/* parity
title: an async setup that rejects
points: 9, 10
exit: 255
exit-of-squall: 107 because a setup that rejects is a setup that throws, and k6 itself gives 107 for that
says: rejected in setup
*/
export async function setup() {
  await new Promise((resolve) => setTimeout(resolve, 5));
  throw new Error('rejected in setup');
}

export default function () {
  console.log('never');
}
