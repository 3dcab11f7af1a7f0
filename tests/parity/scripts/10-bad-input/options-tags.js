/* parity
title: odd options: tags
points: 10, 9
exit: 104

*/
export const options = { tags: { a: { b: 1 } } };

export default function () {
  console.log('ran');
}
