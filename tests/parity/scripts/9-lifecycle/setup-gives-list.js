/* parity
title: setup gives: list
points: 9
args: --iterations 2
*/
export function setup() {
  return [1, { a: 2 }];
}

export default function (data) {
  console.log(__ITER, typeof data, data === null, JSON.stringify(data), arguments.length);
}

export function teardown(data) {
  console.log('teardown', typeof data, data === null, JSON.stringify(data), arguments.length);
}
