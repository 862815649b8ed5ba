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

import { JsonObject, JsonValue } from '@backstage/types';
import { CloudDocument } from '@infra-hub/backstage-plugin-drift-node';
import { applyCloudWrites, valueAt } from '@infra-hub/drift-engine';
import { ArmClient, ArmContext } from '../arm/ArmClient';
import { parseArmId, sameArmText } from '../arm/armId';
import { ArmProblem } from '../arm/ArmProblem';
import { AzureKind, AzurePart } from '../kinds/AzureKind';
import { isObject, textAt } from '../kinds/values';
import { findManager } from './managedBy';

/** Codes by which the Resource Manager says that something does not exist. */
const GONE_CODES = new Set([
  'ResourceNotFound',
  'ResourceGroupNotFound',
  'ParentResourceNotFound',
]);

/** https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states */
const READABLE_STATES = new Set(['Enabled', 'Warned', 'PastDue']);

/** Reads resources of one subscription, with their parts. */
export class ResourceReader {
  readonly #client: ArmClient;
  readonly #apiVersions: ReadonlyMap<string, string>;

  constructor(options: {
    client: ArmClient;
    apiVersions: ReadonlyMap<string, string>;
  }) {
    this.#client = options.client;
    this.#apiVersions = options.apiVersions;
  }

  /**
   * Never a part of it only: what could not be read would look as if it were not
   * there.
   *
   * @returns undefined when Azure says that it does not exist, of a subscription
   *   that can be read
   *
   * @throws ArmProblem when it cannot be said
   */
  async read(
    kind: AzureKind,
    id: string,
    context: ArmContext,
  ): Promise<CloudDocument | undefined> {
    const own = await this.#readOwn(kind, id, context);
    if (!own) {
      return undefined;
    }
    let document = own;
    const untoldBecause: Record<string, string> = {};
    for (const part of kind.parts ?? []) {
      if (part.applies?.(own) ?? true) {
        const value = await this.#readPart(part, id, context);
        document = applyCloudWrites(document, [
          { pointer: part.pointer, value },
        ]);
      } else {
        untoldBecause[
          part.pointer
        ] = `The ${part.title} was not asked for: a resource like this has none, or Azure does not tell it.`;
      }
    }
    const region = regionOf(own);
    const name = parseArmId(id)?.names.join('/');
    const version = textAt(own, '/etag');
    const managedBy = findManager(kind, own);
    return {
      kind,
      id,
      ...(name !== undefined && { name }),
      ...(region !== undefined && { region }),
      document,
      ...(Object.keys(untoldBecause).length > 0 && { untoldBecause }),
      ...(version !== undefined && { version }),
      ...(managedBy && { managedBy }),
    };
  }

  /** The version of the API for a type, as configured or as the tables have it. */
  apiVersionOf(kind: AzureKind): string {
    return this.#apiVersions.get(kind.kind.toLowerCase()) ?? kind.apiVersion;
  }

  async #readOwn(
    kind: AzureKind,
    id: string,
    context: ArmContext,
  ): Promise<JsonObject | undefined> {
    let document: JsonObject;
    try {
      document = await this.#client.get(id, this.apiVersionOf(kind), context);
    } catch (error) {
      if (
        !(error instanceof ArmProblem) ||
        error.status !== 404 ||
        !GONE_CODES.has(error.code ?? '')
      ) {
        throw error;
      }
      await this.requireReadable(context);
      return undefined;
    }
    if (!sameArmText(textAt(document, '/id') ?? '', id)) {
      throw new ArmProblem('Azure answered with another resource.');
    }
    if (!isObject(document.properties)) {
      throw new ArmProblem('Azure answered without properties.');
    }
    return withoutComputedInLists(kind, withoutEmpty(kind, document));
  }

  async #readPart(
    part: AzurePart,
    id: string,
    context: ArmContext,
  ): Promise<JsonValue> {
    const place = [part.idOf(id), part.apiVersion, context] as const;
    try {
      return part.elements
        ? part.elements(await this.#client.getAll(...place))
        : await this.#client.get(...place);
    } catch (error) {
      if (!(error instanceof ArmProblem)) {
        throw error;
      }
      if (
        error.status === 404 &&
        part.absentCodes?.includes(error.code ?? '')
      ) {
        return {};
      }
      throw new ArmProblem(
        `The ${part.title} could not be read. ${error.message}`,
        error,
      );
    }
  }

  /**
   * Makes sure that the subscription exists and can be read, so that what is not
   * found in it is really not there.
   *
   * @throws ArmProblem when it cannot
   */
  async requireReadable(context: ArmContext): Promise<JsonObject> {
    const subscription = await this.#client.getSubscription(context);
    const state = textAt(subscription, '/state');
    if (state === undefined || !READABLE_STATES.has(state)) {
      throw new ArmProblem(
        `The subscription is in the state ${JSON.stringify(
          state?.slice(0, 40) ?? 'unknown',
        )}.`,
        { code: 'SubscriptionNotFound' },
      );
    }
    return subscription;
  }
}

/** Azure writes `West Europe` as well as `westeurope`. */
export function regionKey(location: string): string {
  return location.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function regionOf(document: JsonObject): string | undefined {
  const location = textAt(document, '/location');
  return location === undefined ? undefined : regionKey(location);
}

/** PostgreSQL answers with an empty text where it uses the default. */
function withoutEmpty(
  { defaults = {} }: AzureKind,
  document: JsonObject,
): JsonObject {
  return applyCloudWrites(
    document,
    Object.keys(defaults)
      .filter(pointer => valueAt(document, pointer) === '')
      .map(pointer => ({ pointer, value: undefined })),
  );
}

function withoutComputedInLists(
  { computedInLists = {} }: AzureKind,
  document: JsonObject,
): JsonObject {
  return applyCloudWrites(
    document,
    Object.entries(computedInLists).flatMap(([pointer, names]) => {
      const list = valueAt(document, pointer);
      return Array.isArray(list)
        ? { pointer, value: list.map(item => without(item, names)) }
        : [];
    }),
  );
}

function without(
  item: JsonValue | undefined,
  names: readonly string[],
): JsonValue {
  return isObject(item)
    ? Object.fromEntries(
        Object.entries(item).filter(([name]) => !names.includes(name)),
      )
    : item ?? null;
}
