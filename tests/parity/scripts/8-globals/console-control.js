/* parity
title: control characters in the log
points: 8
*/
export default function () {
  console.log('delete \x7f, escape \x1b, one \x01, next line \u0085, no break \u00a0, zero width \u200b');
  console.log({ 'key\x7f': '\x7f\x01' });
  console.warn(`bell \x07 back \b tab \t nul \0 end`);
}
