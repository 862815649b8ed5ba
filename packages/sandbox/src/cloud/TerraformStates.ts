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

import { CloudError } from './CloudError';
import { CloudState, StoredTerraformState } from './CloudState';
import { JsonObject } from './json';

/**
 * Terraform states for the `http` backend, with locks.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/http
 */
export class TerraformStates {
  readonly #state: CloudState;

  static create(options: { state: CloudState }): TerraformStates {
    return new TerraformStates(options.state);
  }

  private constructor(state: CloudState) {
    this.#state = state;
  }

  /** `<client>/<module>` of every state that was written. */
  names(): string[] {
    return Object.entries(this.#state.terraformStates)
      .filter(([, entry]) => entry.body !== undefined)
      .map(([name]) => name);
  }

  get(name: string): string | undefined {
    return this.#entry(name)?.body;
  }

  async put(
    name: string,
    body: string,
    lockId: string | undefined,
  ): Promise<void> {
    const entry = this.#entry(name) ?? {};
    if (entry.lock && entry.lock.ID !== lockId) {
      throw new CloudError(
        409,
        'Locked',
        `The state ${name} is locked by ${entry.lock.Who ?? 'somebody else'}`,
      );
    }
    this.#state.terraformStates[name] = { ...entry, body };
    await this.#state.save();
  }

  async delete(name: string): Promise<void> {
    delete this.#state.terraformStates[name];
    await this.#state.save();
  }

  /** Returns the lock that is in the way, or undefined when the lock is now held. */
  async lock(name: string, lock: JsonObject): Promise<JsonObject | undefined> {
    const entry = this.#entry(name) ?? {};
    if (entry.lock && entry.lock.ID !== lock.ID) {
      return entry.lock;
    }
    this.#state.terraformStates[name] = { ...entry, lock };
    await this.#state.save();
    return undefined;
  }

  /** An empty id forces the lock open, as `terraform force-unlock` does. */
  async unlock(name: string, lockId: string | undefined): Promise<void> {
    const entry = this.#entry(name);
    if (!entry?.lock) {
      return;
    }
    if (lockId && entry.lock.ID !== lockId) {
      throw new CloudError(
        409,
        'Locked',
        `The state ${name} is locked under another id`,
      );
    }
    delete entry.lock;
    await this.#state.save();
  }

  #entry(name: string): StoredTerraformState | undefined {
    return Object.hasOwn(this.#state.terraformStates, name)
      ? this.#state.terraformStates[name]
      : undefined;
  }
}
