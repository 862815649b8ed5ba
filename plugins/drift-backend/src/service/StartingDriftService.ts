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

import { ServiceUnavailableError } from '@backstage/errors';
import { DriftService } from './DriftService';

type Options<M extends keyof DriftService> = Parameters<DriftService[M]>[0];

/** Stands in until the database has been reached for the first time. */
export class StartingDriftService implements DriftService {
  #service?: DriftService;

  started(service: DriftService): void {
    this.#service = service;
  }

  async listResults(options: Options<'listResults'>) {
    return this.#get().listResults(options);
  }

  async getOverview(options: Options<'getOverview'>) {
    return this.#get().getOverview(options);
  }

  async getTarget(options: Options<'getTarget'>) {
    return this.#get().getTarget(options);
  }

  async listFindings(options: Options<'listFindings'>) {
    return this.#get().listFindings(options);
  }

  async searchFindings(options: Options<'searchFindings'>) {
    return this.#get().searchFindings(options);
  }

  async listScans(options: Options<'listScans'>) {
    return this.#get().listScans(options);
  }

  async requestScan(options: Options<'requestScan'>) {
    return this.#get().requestScan(options);
  }

  async requestScanAll(options: Options<'requestScanAll'>) {
    return this.#get().requestScanAll(options);
  }

  async getScanRound(options: Options<'getScanRound'>) {
    return this.#get().getScanRound(options);
  }

  async getAnalysis(options: Options<'getAnalysis'>) {
    return this.#get().getAnalysis(options);
  }

  async explain(options: Options<'explain'>) {
    return this.#get().explain(options);
  }

  async listEntityStatuses(options: Options<'listEntityStatuses'>) {
    return this.#get().listEntityStatuses(options);
  }

  #get(): DriftService {
    if (!this.#service) {
      throw new ServiceUnavailableError(
        'The drift database has not answered since the start, try again later',
      );
    }
    return this.#service;
  }
}
