/* parity
title: handleSummary gives: null
points: 9, 10
*/
export default function () {
  console.log('ran');
}

export function handleSummary() {
  console.log('summary');
  return null;
}
