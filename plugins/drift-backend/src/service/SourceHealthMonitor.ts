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

import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { SourceHealth } from '@infra-hub/backstage-plugin-drift-common';
import { DriftSource } from '@infra-hub/backstage-plugin-drift-node';

/** Remembers what the sources last said of themselves. */
export class SourceHealthMonitor {
  readonly #sources: DriftSource[];
  readonly #logger: LoggerService;
  readonly #health = new Map<string, SourceHealth>();

  constructor(options: { sources: DriftSource[]; logger: LoggerService }) {
    this.#sources = options.sources;
    this.#logger = options.logger;
  }

  /** Asks every source; one that fails to answer counts as not working. */
  async check(): Promise<void> {
    await Promise.all(
      this.#sources.map(async source => {
        const health = await this.#ask(source);
        const before = this.#health.get(source.id);
        this.#health.set(source.id, health);
        if (!health.ok && (before?.ok ?? true)) {
          this.#logger.warn(
            `Source ${source.id} cannot scan: ${
              health.message ?? 'it gives no reason'
            }`,
          );
        } else if (health.ok && before && !before.ok) {
          this.#logger.info(`Source ${source.id} can scan again`);
        }
      }),
    );
  }

  /** In the order in which the sources were added; without those not asked yet. */
  read(): SourceHealth[] {
    return this.#sources.flatMap(({ id }) => this.#health.get(id) ?? []);
  }

  async #ask(source: DriftSource): Promise<SourceHealth> {
    if (!source.checkHealth) {
      return { source: source.id, ok: true };
    }
    try {
      return await source.checkHealth();
    } catch (error) {
      this.#logger.warn(
        `The health check of source ${source.id} failed`,
        toError(error),
      );
      return {
        source: source.id,
        ok: false,
        message: 'The health check failed. The log of the backend says why.',
      };
    }
  }
}
