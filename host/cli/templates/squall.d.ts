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

declare module 'squall/http' {
  import { Params, RefinedResponse, RequestBody, ResponseType } from 'k6/http';

  /** A length of time: milliseconds, or a text such as `1m30s`. */
  type Duration = number | string;

  /** A response whose body is read while it comes. */
  interface ResponseStream extends Iterable<ArrayBuffer>, AsyncIterable<ArrayBuffer> {
    /** HTTP status, once it is there; 0 when no response came, and `close()` tells why. */
    readonly status: number;
    readonly headers: { [name: string]: string };
    /** Bytes; null at the end; undefined when nothing came within `timeout`. */
    read(options?: { timeout?: Duration; bytesMax?: number }): ArrayBuffer | null | undefined;
    readAsync(options?: { bytesMax?: number }): Promise<ArrayBuffer | null>;
    /** Settles when `read` would not wait. */
    ready(): Promise<void>;
    /** Takes no more; the response, without a body. */
    close(): RefinedResponse<'none'>;
  }

  interface ServerSentEvent {
    type: string;
    data: string;
    lastEventId: string;
  }

  /** A server's events. */
  interface EventStream extends Iterable<ServerSentEvent>, AsyncIterable<ServerSentEvent> {
    readonly status: number;
    readonly headers: { [name: string]: string };
    /** To go on from here: `events(url, { lastEventId })`. */
    readonly lastEventId: string;
    /** Milliseconds to wait before connecting again, where the server says so. */
    readonly retry: number | null;
    /** The next event; null at the end; undefined when none came within `timeout`. */
    next(options?: { timeout?: Duration }): ServerSentEvent | null | undefined;
    nextAsync(): Promise<ServerSentEvent | null>;
    close(): RefinedResponse<'none'>;
  }

  /** What `k6/http` takes, and the version of HTTP. */
  interface StreamParams extends Params {
    httpVersion?: 'auto' | '1.1' | '2' | '2-prior-knowledge' | '3';
  }

  export function open(
    method: string,
    url: string,
    body?: RequestBody | null,
    params?: StreamParams,
  ): ResponseStream;
  export function events(
    url: string,
    params?: StreamParams & { method?: string; body?: RequestBody; lastEventId?: string },
  ): EventStream;
}

// The other libraries, without types of their own.
declare module 'https://jslib.k6.io/*';
