/* parity
title: TypeScript: types, interfaces, enums, namespaces, generics, parameter properties, decorator-free classes, imports of types and of .ts files
points: 8
*/
import http, { Response, type Params } from 'k6/http';
import { check } from 'k6';
import type { Options } from 'k6/options';
import { area, type Shape, Kind } from './shapes.ts';

export const options: Options = { iterations: 2, vus: 1 };

interface User { readonly id: number; name?: string; tags: string[] }
type Id<T> = T extends { id: infer U } ? U : never;
enum Colour { Red, Green = 'green'.length, Blue = 7 }
const enum Fixed { A = 1, B = A << 2 }
namespace Inner { export const deep = 'in a namespace'; export namespace More { export const er = 1; } }
abstract class Base<T> { protected constructor(public readonly value: T, private hidden = 1) {} abstract say(): string; get secret(): number { return this.hidden; } }
class Derived extends Base<string> { static count: number = 0; declare nothing: string; constructor() { super('derived'); Derived.count++; } override say(): string { return `${this.value}!`; } }
function overloaded(a: string): string;
function overloaded(a: number): number;
function overloaded(a: any): any { return a; }
function assertIs(value: unknown): asserts value is string { if (typeof value !== 'string') throw new TypeError('no string'); }
const generic = <T,>(x: T): T => x;
declare const __ENV: Record<string, string>;

export default function (): void {
  const user = { id: 1, tags: ['a'] } as User;
  const id: Id<User> = user.id!;
  console.log('values', id, user.name ?? 'none', generic<number>(5), overloaded('x') as unknown as string, (<any>user).tags.length);
  console.log('enums', Colour.Red, Colour.Green, Colour[7], Fixed.B, JSON.stringify(Colour), Kind.Round);
  console.log('namespace', Inner.deep, Inner.More.er);
  const derived = new Derived();
  console.log('classes', derived.say(), derived.secret, Derived.count, 'nothing' in derived);
  const shape: Shape = { kind: Kind.Square, size: 3 } satisfies Shape;
  console.log('imported', area(shape));
  const res: Response = http.get(`${__ENV.BASE_URL}/json`, { tags: { name: 'ts' } } as Params);
  check(res, { ok: (r): r is Response => r.status === 200 });
  const value: unknown = 'text';
  assertIs(value);
  let tuple: [number, string?, ...boolean[]] = [1];
  console.log('rest', value.length, tuple.length, typeof (null as unknown as string | null));
}
