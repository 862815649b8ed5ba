/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/** Where a command reads and writes. */
export interface Console {
  stdin: NodeJS.ReadableStream;
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream;
}

/** Nothing drifted. */
export const EXIT_CLEAN = 0;
/** The verdict could not be given, or the command was used wrongly. */
export const EXIT_ERROR = 1;
/** Something drifted. */
export const EXIT_DRIFT = 2;
/** `report`: the verdict is an error, and the caller asked to fail then. */
export const EXIT_VERDICT_ERROR = 3;
/** `approved`: the plan is not what was approved. */
export const EXIT_NOT_APPROVED = 3;
/** `report`: the portal could not be reached, or was not able to take the plan. */
export const EXIT_NOT_DELIVERED = 4;
/** `report`: the portal refused the plan; sending it again would not help. */
export const EXIT_REFUSED = 5;

/** What a command takes from the machine it runs on; read once, where the process starts. */
export interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
  /** From 0 to below 1. */
  random(): number;
}
