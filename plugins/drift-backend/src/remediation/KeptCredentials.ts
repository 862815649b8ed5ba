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

import { BackstageCredentials } from '@backstage/backend-plugin-api';

const MOST = 10_000;

/** What somebody said yes to, with what proves who it was. */
export interface KeptConsent {
  hash: string;
  credentials: BackstageCredentials;
}

/** The consents to one remediation, by who gave them. */
export interface KeptConsents {
  confirmed?: ReadonlyMap<string, KeptConsent>;
  approved?: ReadonlyMap<string, KeptConsent>;
}

/**
 * Asks permissions once more: `lost` when they do not allow it any more, `gone`
 * when the credentials prove nothing any more.
 */
export type ConsentCheck = (options: {
  kind: keyof KeptConsents;
  credentials: BackstageCredentials;
  targetId: string;
  now: Date;
}) => Promise<'allowed' | 'lost' | 'gone'>;

/**
 * Credentials of people who confirmed or approved, until what they agreed to
 * begins: their permission is asked once more then. In memory only, since a
 * credential must never be stored.
 */
export class KeptCredentials {
  readonly #kept = new Map<string, KeptConsents>();

  keep(
    remediationId: string,
    kind: keyof KeptConsents,
    consent: KeptConsent & { by: string },
  ): void {
    const { by, hash, credentials } = consent;
    const known = this.#kept.get(remediationId);
    this.#kept.delete(remediationId);
    this.#kept.set(remediationId, {
      ...known,
      [kind]: new Map(known?.[kind]).set(by, { hash, credentials }),
    });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST) {
      this.#kept.delete(oldest);
    }
  }

  get(remediationId: string): KeptConsents {
    return this.#kept.get(remediationId) ?? {};
  }

  forget(remediationId: string): void {
    this.#kept.delete(remediationId);
  }
}
