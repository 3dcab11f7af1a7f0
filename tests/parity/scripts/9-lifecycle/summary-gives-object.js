/* parity
title: handleSummary gives: object
points: 9, 10
allow: summary / because k6 writes no --summary-export when handleSummary gives what it cannot use
*/
export default function () {
  console.log('ran');
}

export function handleSummary() {
  console.log('summary');
  return { 'a.txt': { not: 'a text' } };
}
