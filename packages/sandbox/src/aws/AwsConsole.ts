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

import { JsonObject } from '../cloud/json';
import { AwsCloud, AwsResourceName } from './AwsCloud';
import { AwsIdentity, StoredAwsEvent } from './AwsState';

export type { AwsResourceName } from './AwsCloud';

/**
 * Works on the sandbox's AWS as a person in its console does, without going over
 * the network. Changes take effect at once and stand in the audit log.
 *
 * @public
 */
export class AwsConsole {
  readonly #cloud: AwsCloud;
  readonly #user: AwsIdentity;

  /** @internal */
  static create(options: { cloud: AwsCloud; who: string }): AwsConsole {
    return new AwsConsole(options.cloud, userName(options.who));
  }

  private constructor(cloud: AwsCloud, name: string) {
    this.#cloud = cloud;
    this.#user = { userName: name };
  }

  /** Undefined when there is none. */
  find(name: AwsResourceName): JsonObject | undefined {
    return this.#cloud.find(name);
  }

  /** Ordered by identifier. */
  list(
    filter: { region?: string; typeName?: string } = {},
  ): Array<AwsResourceName & { properties: JsonObject }> {
    return this.#cloud.list(filter);
  }

  /** Stands in no audit log. */
  create(name: AwsResourceName, properties: JsonObject): void {
    this.#cloud.create(name, properties);
  }

  /**
   * @param changes - top-level properties; the others stay
   * @throws Error when the service refuses
   */
  modify(name: AwsResourceName, changes: JsonObject): void {
    this.#cloud.modify(name, changes, this.#user);
  }

  delete(name: AwsResourceName): void {
    this.#cloud.delete(name, this.#user);
  }

  /** Of a bucket; undefined when it has none. */
  bucketPolicy({ identifier }: AwsResourceName): JsonObject | undefined {
    return this.#cloud.bucketPolicy(identifier);
  }

  /**
   * @param policy - undefined for none
   * @throws Error when the service refuses
   */
  putBucketPolicy(name: AwsResourceName, policy: JsonObject | undefined): void {
    this.#cloud.putBucketPolicy(name, policy, this.#user);
  }

  /** What was done to a resource, newest first. */
  history(name: AwsResourceName): StoredAwsEvent[] {
    return this.#cloud
      .events(name.region)
      .filter(({ resources }) =>
        resources.some(
          each => each.type === name.typeName && each.name === name.identifier,
        ),
      );
  }
}

/** Names of IAM users know no spaces. */
function userName(who: string): string {
  return (
    who
      .trim()
      .replace(/[^A-Za-z0-9+=,.@_-]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 64) || 'unknown'
  );
}
