/* parity
title: setup data: dates and what JSON does to them
points: 9
*/
export function setup() {
  return { whole: new Date(Date.UTC(2020, 0, 2, 3, 4, 5)), parts: new Date(Date.UTC(2020, 0, 2, 3, 4, 5, 678)), list: [new Date(0)] };
}

export default function (data) {
  console.log(typeof data.whole, new Date(data.whole).getTime(), Math.floor(new Date(data.parts).getTime() / 1000), new Date(data.list[0]).getTime());
}
