export enum Kind { Round = 'round', Square = 'square' }
export interface Shape { kind: Kind; size: number }
export function area({ kind, size }: Shape): number { return kind === Kind.Square ? size ** 2 : Math.PI * size * size; }
