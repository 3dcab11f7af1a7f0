/* parity
title: handleSummary: files in folders that are not there, odd values
points: 9, 10
stdout: same
*/
export default function () {}

export function handleSummary() {
  return { stdout: 'one\n', 'no/such/folder/file.txt': 'x', 'good.txt': 'good' };
}
