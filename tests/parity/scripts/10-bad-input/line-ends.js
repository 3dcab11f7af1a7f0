/* parity
title: line ends of Windows, a byte order mark in a string, no newline at the end
points: 10
*/
export default function () {
  console.log(`a
b`.length, "\ufeff".length);
}