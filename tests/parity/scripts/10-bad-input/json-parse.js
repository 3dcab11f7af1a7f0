/* parity
title: JSON.parse of what is none, in the init context, not caught
points: 10
exit: 107
says: SyntaxError
*/
const data = JSON.parse('{"a": 1,}');

export default function () {
  console.log('never', data);
}
