/* parity
title: TypeScript: a syntax error
points: 8, 10
exit: 107
says: typescript-syntax.ts
*/
const a: = 5;

export default function (): void {}
