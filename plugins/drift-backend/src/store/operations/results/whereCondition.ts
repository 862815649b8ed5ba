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
import { whereInList } from '../../database';
import { TargetCondition } from '../../DriftStore';

/**
 * Narrows a query over targets, or counts of them, to what a caller may see. None of the
 * columns is ever NULL, so that "not" means the opposite.
 */
export function whereCondition(
  builder: Knex.QueryBuilder,
  options: {
    knex: Knex;
    table: string;
    condition: TargetCondition | undefined;
  },
): void {
  const { knex, table, condition } = options;
  if (!condition) {
    return;
  }
  if ('not' in condition) {
    builder.whereNot(inner =>
      whereCondition(inner, { knex, table, condition: condition.not }),
    );
  } else if ('allOf' in condition) {
    for (const part of condition.allOf) {
      builder.where(inner =>
        whereCondition(inner, { knex, table, condition: part }),
      );
    }
    if (condition.allOf.length === 0) {
      builder.whereRaw('1 = 1');
    }
  } else if ('anyOf' in condition) {
    builder.where(any => {
      for (const part of condition.anyOf) {
        any.orWhere(inner =>
          whereCondition(inner, { knex, table, condition: part }),
        );
      }
      if (condition.anyOf.length === 0) {
        any.whereRaw('1 = 0');
      }
    });
  } else {
    whereInList(builder, {
      knex,
      column: `${table}.${condition.field}`,
      values: condition.in,
    });
  }
}
