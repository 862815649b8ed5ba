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

import { SourceHealth } from '@infra-hub/backstage-plugin-drift-common';
import { ANNOTATION_AWS_ACCOUNTS } from '@infra-hub/backstage-plugin-drift-common';
import {
  CloudAccount,
  CloudContext,
  CloudDocument,
  CloudFailure,
  CloudListing,
  CloudProvider,
  CloudRange,
  CloudReading,
  CloudRef,
  CloudUpdate,
  CloudWriteContext,
} from '@infra-hub/backstage-plugin-drift-node';
import { CloudFieldWrite, CloudKind } from '@infra-hub/drift-engine';
import { AccountCheck } from './client/AccountCheck';
import { AwsClients, AwsTimings } from './client/AwsClients';
import { AwsKind } from './kinds/AwsKind';
import { kindsOfAws } from './kinds/awsKinds';
import { consoleHost } from './client/partition';
import { checkPlace } from './read/checkPlace';
import { CloudControlReader } from './read/CloudControlReader';
import {
  CloudControlUpdater,
  UpdateTimings,
} from './update/CloudControlUpdater';

export const DEFAULT_TIMINGS: AwsTimings & UpdateTimings = {
  requestTimeout: 15_000,
  attempts: 3,
  pollInterval: 2_000,
  patience: 3 * 60 * 60_000,
};

/** Databases and storages of AWS accounts, by Cloud Control. */
export class AwsProvider implements CloudProvider {
  readonly id = 'aws';
  readonly title = 'AWS';
  readonly accountNoun = 'account';
  readonly kinds = kindsOfAws;
  readonly accountsAnnotation = ANNOTATION_AWS_ACCOUNTS;
  readonly hasRegions = true;

  readonly #check: AccountCheck;
  readonly #reader: CloudControlReader;
  readonly #updater: CloudControlUpdater;

  static create(
    timings: Partial<AwsTimings & UpdateTimings> = {},
  ): AwsProvider {
    return new AwsProvider({ ...DEFAULT_TIMINGS, ...timings });
  }

  private constructor(timings: AwsTimings & UpdateTimings) {
    const clients = new AwsClients(timings);
    this.#check = new AccountCheck(clients);
    this.#reader = new CloudControlReader({ clients, check: this.#check });
    this.#updater = new CloudControlUpdater({
      clients,
      check: this.#check,
      timings,
    });
  }

  checkId(kind: CloudKind, id: string): string | undefined {
    const { pattern, words } = awsKindOf(kind).id;
    return pattern.test(canonical(kind, id))
      ? undefined
      : `${id} is not ${words}.`;
  }

  canonicalId({ kind, id }: CloudRef): string {
    return canonical(kind, id);
  }

  async checkAccount(
    account: CloudAccount,
    context: CloudContext,
  ): Promise<Pick<SourceHealth, 'ok' | 'message'>> {
    const region = account.regions[0] ?? 'us-east-1';
    try {
      await this.#check.ask({ account, region, purpose: 'read' }, context);
      return { ok: true };
    } catch (error) {
      if (error instanceof CloudFailure) {
        return { ok: false, message: error.message };
      }
      throw error;
    }
  }

  async read(ref: CloudRef, context: CloudContext): Promise<CloudReading> {
    const { region, refusal } = checkPlace(ref);
    if (refusal !== undefined) {
      return { state: 'unseen', reason: refusal };
    }
    const { account, id } = ref;
    const kind = awsKindOf(ref.kind);
    return this.#reader.read(
      { account, region, purpose: 'read' },
      { kind, id },
      context,
    );
  }

  async list(place: CloudRange, context: CloudContext): Promise<CloudListing> {
    const { region, refusal } = checkPlace(place);
    if (refusal !== undefined) {
      return { documents: [], complete: false, reasons: [refusal] };
    }
    const { account, isWanted } = place;
    return this.#reader.list(
      { account, region, purpose: 'read' },
      { kind: awsKindOf(place.kind), isWanted },
      context,
    );
  }

  async update(
    ref: CloudRef,
    looked: CloudDocument,
    writes: readonly CloudFieldWrite[],
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    const { region, refusal } = checkPlace(ref);
    if (refusal !== undefined) {
      return { state: 'failed', message: refusal, sent: false };
    }
    const { account, id } = ref;
    const kind = awsKindOf(ref.kind);
    return this.#updater.update(
      { account, region, purpose: 'write' },
      { kind, id, before: looked.document, writes },
      context,
    );
  }

  consoleUrl(ref: CloudRef): string | undefined {
    const { region } = checkPlace(ref);
    return region === undefined
      ? undefined
      : `https://${consoleHost(region)}${awsKindOf(ref.kind).console({
          region,
          id: encodeURIComponent(ref.id),
        })}`;
  }
}

/** RDS and ElastiCache write ids in lower case, and find them in any. */
function canonical(kind: CloudKind, id: string): string {
  return awsKindOf(kind).id.ignoresCase === true ? id.toLowerCase() : id;
}

function awsKindOf({ kind }: CloudKind): AwsKind {
  const known = kindsOfAws.find(each => each.kind === kind);
  if (!known) {
    throw new Error(`${kind} is not a type that this module knows`);
  }
  return known;
}
