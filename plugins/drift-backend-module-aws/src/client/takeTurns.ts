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

type Handler<A, R> = (args: A) => Promise<R>;

/** As far as the stacks of all clients of the SDK are alike. */
interface Stack {
  addRelativeTo(
    middleware: <A, R>(next: Handler<A, R>) => Handler<A, R>,
    options: {
      name: string;
      relation: 'after';
      toMiddleware: string;
      override: boolean;
    },
  ): void;
}

/** Lets each sending of a command, retries included, wait for its turn. */
export function takeTurns<T extends { middlewareStack: Stack }>(
  command: T,
  turn: () => Promise<void>,
): T {
  command.middlewareStack.addRelativeTo(
    next => async args => {
      await turn();
      return next(args);
    },
    {
      name: 'driftTurnMiddleware',
      relation: 'after',
      toMiddleware: 'retryMiddleware',
      override: true,
    },
  );
  return command;
}
