/* parity
title: --no-summary and handleSummary
points: 9
args: --no-summary
stdout: same
*/
export default function () {
  console.log('ran');
}

export function handleSummary() {
  console.log('summary');
  return { stdout: 'text\n', 'file.txt': 'x' };
}
