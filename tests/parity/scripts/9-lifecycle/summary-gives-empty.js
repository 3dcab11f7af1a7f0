/* parity
title: handleSummary gives: empty
points: 9, 10
*/
export default function () {
  console.log('ran');
}

export function handleSummary() {
  console.log('summary');
  return {};
}
