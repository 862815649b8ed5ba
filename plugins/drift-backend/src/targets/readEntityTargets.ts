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

import {
  Entity,
  getCompoundEntityRef,
  parseEntityRef,
  RELATION_OWNED_BY,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import {
  ANNOTATION_CLIENT,
  ANNOTATION_SCAN_SCHEDULE,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  DriftSource,
  TargetDefinition,
} from '@infra-hub/backstage-plugin-drift-node';

/** A target as one entity, or the configuration, declares it. */
export interface DeclaredTarget extends TargetDefinition {
  source: string;
  entityRefs: string[];
  owner?: string;
}

/**
 * What the entity declares for the source. Client and schedule come from their
 * annotations where the source says nothing.
 *
 * @throws whatever the source throws on a malformed annotation
 */
export function readEntityTargets(
  source: DriftSource,
  entity: Entity,
): DeclaredTarget[] {
  const definitions = source.targetsFromEntity?.(entity) ?? [];
  return definitions.map(definition => {
    const target = {
      ...definition,
      client: definition.client ?? annotation(entity, ANNOTATION_CLIENT),
      schedule:
        definition.schedule ?? annotation(entity, ANNOTATION_SCAN_SCHEDULE),
      source: source.id,
      entityRefs: [stringifyEntityRef(entity)],
      owner: ownerOf(entity),
    };
    assertDefinition(target);
    return target;
  });
}

/**
 * The id of a target is made of source, client and name; they must leave no
 * doubt where one ends.
 *
 * @throws InputError when a name or client does not fit.
 */
export function assertDefinition(definition: TargetDefinition): void {
  const { name, client } = definition;
  if (!isPrintable(name, 255)) {
    throw new InputError(
      `The target name ${JSON.stringify(
        name,
      )} must be 1 to 255 printable characters`,
    );
  }
  if (
    client !== undefined &&
    (!isPrintable(client, 100) || client === '-' || client.includes('/'))
  ) {
    throw new InputError(
      `The client ${JSON.stringify(
        client,
      )} of target '${name}' must be 1 to 100 printable characters without a slash, and not a single dash`,
    );
  }
}

function isPrintable(text: unknown, maxLength: number): boolean {
  return (
    typeof text === 'string' &&
    text.trim() !== '' &&
    text.length <= maxLength &&
    !/\p{C}/u.test(text)
  );
}

/** The owner as the catalog resolved it, or else as the entity names it. */
export function ownerOf(entity: Entity): string | undefined {
  const related = entity.relations?.find(
    relation => relation.type === RELATION_OWNED_BY,
  );
  if (related) {
    return related.targetRef;
  }
  const owner = entity.spec?.owner;
  if (typeof owner !== 'string' || owner === '') {
    return undefined;
  }
  try {
    return stringifyEntityRef(
      parseEntityRef(owner, {
        defaultKind: 'Group',
        defaultNamespace: getCompoundEntityRef(entity).namespace,
      }),
    );
  } catch {
    return undefined;
  }
}

function annotation(entity: Entity, name: string): string | undefined {
  return entity.metadata.annotations?.[name]?.trim() || undefined;
}
