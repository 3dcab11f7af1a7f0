/* parity
title: handleSummary throws: the text summary comes all the same
points: 9, 10
says: summary is broken
says: iterations
*/
export default function () {}

export function handleSummary() {
  throw new Error('summary is broken');
}
