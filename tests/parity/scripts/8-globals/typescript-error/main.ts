/* parity
title: TypeScript: an exception tells the line of the source
points: 8, 10
says: main.ts:17
*/
interface Long {
  a: string;
  b: number;
}

type Other = Long & { c: boolean };

export default function (): void {
  const value: Other | undefined = undefined;
  console.log('before');
  // The next line is line 17.
  throw new Error(`at line 17 ${value as unknown as string}`);
}
