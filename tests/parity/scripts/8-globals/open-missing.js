/* parity
title: open of a file that is not there, not caught
points: 8, 10
exit: 107
says: nothing-here.txt
*/
const text = open('./nothing-here.txt');

export default function () {
  console.log('never', text);
}
