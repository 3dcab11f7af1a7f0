// Types for your editor: of k6's modules (npm install --save-dev @types/k6) and of the libraries
// of jslib.k6.io that come with squall. No test run reads this file; add to it what you like.

/// <reference types="k6" />

declare module 'https://jslib.k6.io/k6-utils/*' {
  /** A version 4 UUID; `secure` takes the bits from the system's generator, which is slower. */
  export function uuidv4(secure?: boolean): string;
  /** A whole number of the range, both ends included. */
  export function randomIntBetween(min: number, max: number): number;
  /** One item of an array. */
  export function randomItem<T>(arrayOfItems: ArrayLike<T>): T;
  /** A text of `length` characters, each one of `charset`. */
  export function randomString(length: number, charset?: string): string;
  /** The text between two marks, or null. */
  export function findBetween(content: string, left: string, right: string): string | null;
  /** All texts between two marks. */
  export function findBetween(
    content: string,
    left: string,
    right: string,
    repeat: true,
  ): string[];
  /** Stages in the shape of a bell. */
  export function normalDistributionStages(
    maxVus: number,
    durationSeconds: number,
    numberOfStages?: number,
  ): { duration: string; target: number }[];
  /** Milliseconds of a text such as `1m30s`. */
  export function parseDuration(text: string): number;
  /** Number of the stage that the scenario is in, from 0. */
  export function getCurrentStageIndex(): number;
  /** Tags all further samples of the VU with the number of the stage. */
  export function tagWithCurrentStageIndex(): void;
  /** Tags all further samples of the VU with the shape of the stage: up, steady or down. */
  export function tagWithCurrentStageProfile(): void;
}

// The other libraries, without types of their own.
declare module 'https://jslib.k6.io/*';
