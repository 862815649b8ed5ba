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

import { setTimeout as sleep } from 'node:timers/promises';
import {
  RemediationObjectOutcome,
  RemediationOutcome,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  RemediationContext,
  WriteRefused,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  compareKubernetesInDetail,
  KubernetesObject,
} from '@infra-hub/drift-engine';
import { ClusterClient } from '../cluster/ClusterClient';
import { ClusterFailure } from '../cluster/ClusterFailure';
import { ClusterWriter, Refusal, WriteAnswer } from './ClusterWriter';
import {
  canonical,
  ObjectPlan,
  ObjectVersion,
  requestOf,
  steadyPart,
  versionOf,
} from './ObjectPlan';
import { forbiddenSentence } from './planRevert';
import { readObject } from './readObject';

const MAX_TRIES = 4;
const PAUSE_MS = 500;

export interface ApplyRevertOptions {
  objects: readonly ObjectPlan[];
  writer: Pick<ClusterWriter, 'send'>;
  reader: Pick<ClusterClient, 'get'>;
  fieldManager: string;
  signal: AbortSignal;
  mayWrite: RemediationContext['mayWrite'];
  log(text: string): void;
}

/** What became of an object; `unknown` when nobody can say. */
type Fate =
  | { outcome: 'applied' | 'skipped'; message?: string }
  | { outcome: 'failed'; message: string; unknown?: true };

/**
 * Sends the requests of a plan, one object after the other. Never throws: what
 * happened so far is what it answers.
 */
export async function applyRevert(
  options: ApplyRevertOptions,
): Promise<RemediationOutcome> {
  const { objects, signal, log } = options;
  const outcomes: (RemediationObjectOutcome & { unknown?: true })[] = [];
  for (const plan of objects) {
    const { address } = plan.pair;
    const fate: Fate = signal.aborted
      ? { outcome: 'skipped', message: 'It was not reached before the end.' }
      : await applyObject(plan, options);
    outcomes.push({ address, ...fate });
    log(`${address}: ${describe(plan, fate)}`);
  }
  return summarise(outcomes);
}

async function applyObject(
  plan: ObjectPlan,
  options: ApplyRevertOptions,
): Promise<Fate> {
  let version = plan.pair.live ? versionOf(plan.pair.live) : {};
  try {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send(plan, version, options);
      if (answer.kind === 'done') {
        return { outcome: 'applied' };
      }
      const next = await afterTrouble(plan, version, answer, options);
      if ('outcome' in next) {
        return next;
      }
      if (attempt === MAX_TRIES) {
        return {
          outcome: 'failed',
          message: `It did not go through in ${MAX_TRIES} tries; nothing was changed.`,
        };
      }
      version = next.version;
    }
  } catch (error) {
    if (error instanceof WriteRefused) {
      return { outcome: 'skipped', message: error.message };
    }
    // Aborted, or the cluster went away for good
    return {
      outcome: 'failed',
      unknown: true,
      message: 'It is not known whether it was changed.',
    };
  }
}

async function send(
  { place, write }: ObjectPlan,
  version: ObjectVersion,
  { writer, fieldManager, signal, mayWrite }: ApplyRevertOptions,
): Promise<WriteAnswer> {
  await mayWrite();
  return await writer.send(
    requestOf({ place, write, version, fieldManager, dryRun: false, signal }),
  );
}

/** What to do after no or another answer than was hoped for: an end, or the version to try again with. */
async function afterTrouble(
  plan: ObjectPlan,
  version: ObjectVersion,
  answer: Exclude<WriteAnswer, { kind: 'done' }>,
  options: ApplyRevertOptions,
): Promise<Fate | { version: ObjectVersion }> {
  if (answer.kind === 'lost' && !answer.sent) {
    return {
      outcome: 'failed',
      message: 'The API server could not be reached; nothing was changed.',
    };
  }
  const refusal = answer.kind === 'refused' ? answer.refusal : undefined;
  if (refusal && refusal.code < 500 && refusal.code !== 409) {
    return fateOf(plan, refusal);
  }
  if (refusal?.reason === 'AlreadyExists') {
    return {
      outcome: 'failed',
      message: 'Somebody created it meanwhile; it was left as it is.',
    };
  }
  // Whether something happened is only known by looking.
  const now = await look(plan, options);
  if (now === 'unreadable') {
    return {
      outcome: 'failed',
      unknown: true,
      message:
        'The answer of the API server was lost, and the object could not be read since: it is not known whether it was changed.',
    };
  }
  if (isDone(plan, now)) {
    return {
      outcome: 'applied',
      message: refusal
        ? 'It is as it was approved.'
        : 'The answer of the API server was lost, but the object is as it was approved.',
    };
  }
  if (!isAsApproved(plan, now)) {
    return {
      outcome: 'failed',
      message:
        refusal?.code === 409
          ? 'Somebody changed it at the same time (409), so that nothing was written to it.'
          : 'The request failed, and the object is neither as it was nor as it was approved.',
    };
  }
  if (refusal?.code === 409) {
    // Its status or something as unrelated changed: the approved change still fits.
    return { version: now ? versionOf(now) : {} };
  }
  if (plan.write.kind !== 'apply') {
    return {
      outcome: 'failed',
      message: refusal
        ? `The API server answered with status ${refusal.code}; the object is as it was.`
        : 'The answer of the API server was lost; the object is as it was.',
    };
  }
  // An apply may be sent again: it does the same any number of times.
  await sleep(PAUSE_MS, undefined, { signal: options.signal });
  return { version: now ? versionOf(now) : version };
}

function fateOf({ place, write }: ObjectPlan, refusal: Refusal): Fate {
  const fields = refusal.fields.join(', ');
  switch (refusal.code) {
    case 403:
      return {
        outcome: 'failed',
        message: forbiddenSentence(
          'It was not changed:',
          {
            create: 'create',
            apply: 'patch',
            patch: 'patch',
            delete: 'delete',
          }[write.kind],
          place,
          refusal.obstacle,
        ),
      };
    case 404:
      return write.kind === 'delete'
        ? { outcome: 'skipped', message: 'It was gone already.' }
        : {
            outcome: 'failed',
            message: 'It is not there any more; nothing was changed.',
          };
    case 422:
      return {
        outcome: 'failed',
        message: `The API refused it (422)${
          fields === '' ? '' : `, because of ${fields}`
        }; nothing was changed.`,
      };
    case 429:
      return {
        outcome: 'failed',
        message: 'The API server stayed too busy (429); nothing was changed.',
      };
    default:
      return {
        outcome: 'failed',
        message: `The API server answered with status ${refusal.code}; nothing was changed.`,
      };
  }
}

/** The object as it is now; undefined when it is not there. */
async function look(
  { place }: ObjectPlan,
  { reader, signal }: ApplyRevertOptions,
): Promise<KubernetesObject | undefined | 'unreadable'> {
  try {
    return await readObject({ client: reader, place, signal });
  } catch (error) {
    if (error instanceof ClusterFailure) {
      return 'unreadable';
    }
    throw error;
  }
}

/** Whether an object has become what was approved. */
function isDone(
  { pair, write, touched }: ObjectPlan,
  now: KubernetesObject | undefined,
): boolean {
  if (write.kind === 'delete') {
    return (
      now === undefined ||
      now.metadata.uid !== pair.live?.metadata.uid ||
      now.metadata.deletionTimestamp !== undefined
    );
  }
  if (!now || !pair.desired) {
    return false;
  }
  const { pairs } = compareKubernetesInDetail({
    desired: [pair.desired],
    live: [now],
    namespaces: [],
  });
  const drift = new Set(
    pairs
      .flatMap(each => each.fields)
      .filter(field => field.class === 'drift')
      .map(field => field.label),
  );
  return write.kind === 'create'
    ? drift.size === 0
    : !touched.some(field => drift.has(field.label)) &&
        now.metadata.uid === pair.live?.metadata.uid;
}

/** Whether an object still is what the approval was about. */
function isAsApproved(
  { pair, ignored }: ObjectPlan,
  now: KubernetesObject | undefined,
): boolean {
  if (!pair.live || !now) {
    return pair.live === undefined && now === undefined;
  }
  return (
    pair.live.metadata.uid === now.metadata.uid &&
    canonical(steadyPart(pair.live, ignored)) ===
      canonical(steadyPart(now, ignored))
  );
}

const DONE = {
  create: 'created',
  apply: 'changed back by server-side apply',
  patch: 'changed back by a patch',
  delete: 'deleted',
};

function describe({ write }: ObjectPlan, fate: Fate): string {
  if (fate.outcome !== 'applied') {
    return `${fate.outcome}. ${fate.message ?? ''}`.trim();
  }
  return `${DONE[write.kind]}.${fate.message ? ` ${fate.message}` : ''}`;
}

function summarise(
  outcomes: readonly (RemediationObjectOutcome & { unknown?: true })[],
): RemediationOutcome {
  const count = (outcome: string) =>
    outcomes.filter(each => each.outcome === outcome).length;
  const objects = outcomes.map(({ unknown, ...outcome }) => outcome);
  const all = outcomes.length;
  const applied = count('applied');
  const failed = count('failed');
  const skipped = count('skipped');
  if (outcomes.some(each => each.unknown)) {
    return {
      kind: 'unknown',
      message: `${applied} of ${all} objects were changed; of others it is not known.`,
      objects,
    };
  }
  const gone = outcomes.filter(
    each => each.message === 'It was gone already.',
  ).length;
  if (failed === 0 && skipped === gone) {
    return {
      kind: 'applied',
      message: `${all} ${all === 1 ? 'object was' : 'objects were'} changed.`,
      objects,
    };
  }
  return {
    kind: applied === 0 ? 'failed' : 'partial',
    message: `${applied} of ${all} objects were changed, ${failed} failed and ${skipped} were not reached.`,
    objects,
  };
}
