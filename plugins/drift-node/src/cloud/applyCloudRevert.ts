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

import { toError } from '@backstage/errors';
import {
  RemediationObjectOutcome,
  RemediationOutcome,
} from '@infra-hub/backstage-plugin-drift-common';
import { RemediationContext, WriteRefused } from '../remediation/Remediator';
import { CloudAccess } from './CloudAccess';
import { isCloudFailure } from './CloudLooker';
import { CloudProvider, CloudUpdate } from './CloudProvider';
import { ResourceRepair } from './planCloudRevert';

export interface ApplyCloudRevertOptions {
  repairs: readonly ResourceRepair[];
  provider: Pick<CloudProvider, 'title' | 'update'>;
  access: Pick<CloudAccess, 'change'>;
  context: Pick<RemediationContext, 'signal' | 'logger' | 'log' | 'mayWrite'>;
}

/** What became of a resource. */
type Fate = CloudUpdate | { state: 'skipped'; message?: string };

const NOT_BEGUN = 'It was not reached before the end; nothing was changed.';
const CHANGED =
  'Somebody changed it at the same time, so that nothing was written to it.';
const MAYBE = 'It is not known whether it was changed.';

/**
 * Has the provider make the changes of a plan: one after the other in an account,
 * accounts side by side. Never throws: what happened so far is what it answers.
 */
export async function applyCloudRevert(
  options: ApplyCloudRevertOptions,
): Promise<RemediationOutcome> {
  const { repairs, context } = options;
  const fates = new Map<ResourceRepair, Fate>();
  const accounts = new Set(repairs.map(({ ref }) => ref.account.name));
  await Promise.all(
    [...accounts].map(async name => {
      for (const repair of repairs.filter(
        ({ ref }) => ref.account.name === name,
      )) {
        const fate = await applyOne(repair, options);
        fates.set(repair, fate);
        context.log(`${repair.address}: ${describe(fate)}`);
      }
    }),
  );
  return summarise(
    repairs.map(repair => ({
      address: repair.address,
      fate: fates.get(repair) ?? { state: 'skipped' },
    })),
  );
}

async function applyOne(
  repair: ResourceRepair,
  { provider, access, context }: ApplyCloudRevertOptions,
): Promise<Fate> {
  const { ref, looked, writes, address } = repair;
  if (context.signal.aborted) {
    return { state: 'skipped' };
  }
  // Every request waits for its turn first, so that before one nothing was sent
  let asked = false;
  let refusal: WriteRefused | undefined;
  const mayWrite = async () => {
    asked = false;
    refusal = await refusalOf(context);
    if (refusal) {
      throw refusal;
    }
    asked = true;
  };
  try {
    const update = await access.change(
      ref.account,
      context,
      async writing =>
        await provider.update(ref, looked, writes, {
          ...writing,
          log: text => writing.log(`${address}: ${text}`),
          turn: async () => {
            await writing.turn();
            if (!asked) {
              await mayWrite();
            }
          },
          mayWrite,
        }),
    );
    if (refusal) {
      return { state: 'skipped', message: refusal.message };
    }
    return isUpdate(update) ? update : { state: 'unknown', message: MAYBE };
  } catch (error) {
    if (refusal) {
      return { state: 'skipped', message: refusal.message };
    }
    if (!asked) {
      return context.signal.aborted
        ? { state: 'skipped' }
        : { state: 'failed', sent: false, message: explain(error, provider) };
    }
    context.logger.error(
      `Changing ${address} went wrong in an unexpected way`,
      toError(error),
    );
    return { state: 'unknown', message: MAYBE };
  }
}

/** Clients of clouds may wrap whatever is thrown inside of them. */
async function refusalOf(
  context: Pick<RemediationContext, 'mayWrite'>,
): Promise<WriteRefused | undefined> {
  try {
    await context.mayWrite();
    return undefined;
  } catch (error) {
    if (error instanceof WriteRefused) {
      return error;
    }
    throw error;
  }
}

function explain(
  error: unknown,
  { title }: Pick<CloudProvider, 'title'>,
): string {
  return isCloudFailure(error)
    ? error.message
    : `${title} could not be asked to change it.`;
}

/** Whatever a provider makes of a broken answer, it is not taken for done. */
function isUpdate(update: CloudUpdate): boolean {
  return ['done', 'superseded', 'failed', 'unknown'].includes(update?.state);
}

function describe(fate: Fate): string {
  switch (fate.state) {
    case 'done':
      return 'changed back.';
    case 'skipped':
      return `skipped. ${fate.message ?? NOT_BEGUN}`;
    case 'superseded':
      return `failed. ${CHANGED}`;
    default:
      return `failed. ${fate.message}`;
  }
}

function summarise(
  results: readonly { address: string; fate: Fate }[],
): RemediationOutcome {
  const objects = results.map(toObject);
  const all = results.length;
  const count = (test: (fate: Fate) => boolean) =>
    results.filter(({ fate }) => test(fate)).length;
  const applied = count(({ state }) => state === 'done');
  const uncertain = count(
    fate => fate.state === 'unknown' || (fate.state === 'failed' && fate.sent),
  );
  const skipped = count(({ state }) => state === 'skipped');
  if (applied === all) {
    return {
      kind: 'applied',
      message: `${all} ${
        all === 1 ? 'resource was' : 'resources were'
      } changed back.`,
      objects,
    };
  }
  if (count(({ state }) => state === 'superseded') === all) {
    return {
      kind: 'superseded',
      message:
        'What would be changed is no longer what was approved; nothing was changed.',
      objects,
    };
  }
  if (skipped === all) {
    return {
      kind: 'failed',
      message: 'It was stopped before anything was changed.',
      objects,
    };
  }
  if (uncertain > 0) {
    return {
      kind: 'unknown',
      message: `${applied} of ${all} resources were changed back; of ${uncertain} it is not known how far it went.`,
      objects,
    };
  }
  return {
    kind: applied === 0 ? 'failed' : 'partial',
    message: `${applied} of ${all} resources were changed back, ${
      all - applied - skipped
    } failed and ${skipped} were not reached.`,
    objects,
  };
}

function toObject({
  address,
  fate,
}: {
  address: string;
  fate: Fate;
}): RemediationObjectOutcome {
  switch (fate.state) {
    case 'done':
      return { address, outcome: 'applied' };
    case 'skipped':
      return {
        address,
        outcome: 'skipped',
        message: fate.message ?? NOT_BEGUN,
      };
    case 'superseded':
      return { address, outcome: 'failed', message: CHANGED };
    default:
      return { address, outcome: 'failed', message: fate.message };
  }
}
