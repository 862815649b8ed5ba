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

import { Knex } from 'knex';
import { fromKnex } from 'pg-boss';

/**
 * Lets pg-boss run on a pool that others use as well.
 *
 * @remarks
 *
 * pg-boss sends some of its maintenance as one text of several statements
 * between its own BEGIN and COMMIT. When one of them fails, e.g. on a lock
 * timeout, a connection is left inside of an aborted transaction; pg-boss' own
 * pool discards it, but knex hands it to the next caller, whose query then fails
 * with "current transaction is aborted". Knex rolls back what runs inside of a
 * transaction that it knows of, so these texts get one; the inner COMMIT ends it
 * and the outer one does nothing.
 */
export function knexDatabase(knex: Knex): ReturnType<typeof fromKnex> {
  const plain = fromKnex(knex);
  return {
    async executeSql(text, values) {
      try {
        if (/^\s*BEGIN\b/i.test(text)) {
          return await knex.transaction(transaction =>
            fromKnex(transaction).executeSql(text, values),
          );
        }
        return await plain.executeSql(text, values);
      } catch (error) {
        throw withoutStatement(error);
      }
    },
  };
}

/** Knex puts the statement before the message; the texts of pg-boss are up to 800 lines long. */
function withoutStatement(error: unknown): unknown {
  if (error instanceof Error) {
    error.message = error.message.split(' - ').pop() ?? error.message;
  }
  return error;
}
