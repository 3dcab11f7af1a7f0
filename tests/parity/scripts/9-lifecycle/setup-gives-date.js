/* parity
title: setup gives: date
points: 9
args: --iterations 2
*/
export function setup() {
  return new Date(Date.UTC(2021, 1, 3, 4, 5, 6, 789));
}

export default function (data) {
  console.log(__ITER, typeof data, data === null, JSON.stringify(data), arguments.length);
}

export function teardown(data) {
  console.log('teardown', typeof data, data === null, JSON.stringify(data), arguments.length);
}
