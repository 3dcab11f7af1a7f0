/* parity
title: setup gives: number
points: 9
args: --iterations 2
*/
export function setup() {
  return 42;
}

export default function (data) {
  console.log(__ITER, typeof data, data === null, JSON.stringify(data), arguments.length);
}

export function teardown(data) {
  console.log('teardown', typeof data, data === null, JSON.stringify(data), arguments.length);
}
