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

import { RemediationState } from '@infra-hub/backstage-plugin-drift-common';
import { createTestDatabases } from '../__testUtils__';
import { RemediationRecord } from './RemediationStore';
import {
  ADDRESS,
  ALICE,
  as,
  BOB,
  RemediationBench,
  Replica,
  TARGET,
} from './__testUtils__/RemediationBench';

jest.setTimeout(600_000);

const databases = createTestDatabases();
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const CAROL = 'user:default/carol';
const PEOPLE = [ALICE, BOB, CAROL];
const OTHER = 'sandbox_pool.other';
const OPEN: RemediationState[] = [
  'requested',
  'previewed',
  'awaiting-approval',
  'approved',
  'running',
  'verifying',
];

/** The same numbers for the same seed. */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) % 0x100000000;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
  return {
    chance: (probability: number) => next() < probability,
    from: <T>(items: readonly T[]): T =>
      items[Math.floor(next() * items.length)],
    upTo: (most: number) => 1 + Math.floor(next() * most),
  };
}

/** What a person really agreed to, as this test has seen it. */
interface Consent {
  kind: 'confirmed' | 'approved';
  by: string;
  hash: string;
  at: number;
}

/** Does wild things to a bench, and keeps a book of its own. */
class Adversary {
  readonly violations: string[] = [];
  /** What happened in the present sequence. */
  trail: string[] = [];
  applies = 0;
  readonly ends = new Map<RemediationState, number>();
  #replica: Replica;
  #random = createRandom(0);
  readonly #known: string[] = [];
  readonly #used: { id: string; previewHash: string; by: string }[] = [];
  readonly #consents = new Map<string, Consent[]>();
  readonly #ended = new Set<string>();
  readonly #begun = new Set<string>();
  /** How often somebody agreed. */
  #agreed = 0;

  constructor(readonly bench: RemediationBench) {
    this.#replica = bench.replica();
    for (const remediator of [bench.remediator, bench.adopter]) {
      const apply = remediator.apply.bind(remediator);
      remediator.apply = async (request, hash, context) => {
        await this.#judge(request.id, hash);
        return apply(request, hash, context);
      };
    }
  }

  async run(seed: number): Promise<void> {
    this.#random = createRandom(seed);
    this.trail = [`seed ${seed}`];
    const { bench } = this;
    this.#replica = bench.replica();
    bench.revoked.clear();
    bench.policies.stopped = false;
    bench.policies.mode = this.#random.from(['alert', 'review', 'auto']);
    bench.setWorld({ [ADDRESS]: this.#random.upTo(9) + 3 });
    await bench.observe();
    const acts = [
      this.#request,
      this.#requestByPolicy,
      this.#work,
      this.#work,
      this.#goOn,
      this.#goOn,
      this.#goOn,
      this.#goOn,
      this.#goOn,
      this.#confirm,
      this.#confirm,
      this.#approve,
      this.#approve,
      this.#replay,
      this.#reject,
      this.#cancel,
      this.#changeReality,
      this.#revoke,
      this.#crash,
      this.#jump,
      this.#stopSwitch,
      this.#changePolicy,
      this.#scan,
    ];
    const between = [
      this.#revoke,
      this.#revoke,
      this.#changeReality,
      this.#crash,
      this.#jump,
      this.#stopSwitch,
      this.#changePolicy,
      this.#reject,
      this.#cancel,
    ];
    await this.#request();
    await this.#work();
    for (let left = 6 + this.#random.upTo(10); left > 0; left--) {
      const agreed = this.#agreed;
      await this.#random.from(acts)();
      // What comes between a yes and the work is what matters most
      if (this.#agreed > agreed && this.#random.chance(0.4)) {
        await this.#random.from(between)();
      }
    }
    await this.#requireReasons();
    await this.#drain();
  }

  /** Called where something is about to be applied. */
  async #judge(id: string, hash: string): Promise<void> {
    const { bench } = this;
    const record = await bench.store.get({ id });
    const now = bench.now.getTime();
    const consent = (this.#consents.get(id) ?? []).findLast(
      each => each.hash === hash && each.by === record?.approvedBy,
    );
    this.applies += 1;
    const problems: (string | false | undefined)[] = [
      !record && 'nobody knows it',
      this.#begun.has(id) && 'it was applied before',
      this.#ended.has(id) && 'it had ended',
      record?.previewHash !== hash && 'it is not the preview that is kept',
      bench.policies.stopped && 'everything is stopped',
      !record?.automatic && !consent && 'nobody agreed to this hash',
      record?.automatic &&
        bench.policies.mode !== 'auto' &&
        'the policy does not say so',
      consent &&
        now >= consent.at + bench.config.approvalTtlMs &&
        'the approval had expired',
      consent &&
        bench.revoked.get(consent.by)?.has(consent.kind) &&
        `${consent.by} was not allowed to any more`,
      consent?.kind === 'approved' &&
        consent.by === record?.requestedBy &&
        'it was approved by who asked for it',
      consent?.kind === 'confirmed' &&
        record?.action !== 'adopt' &&
        bench.policies.mode === 'review' &&
        'a policy asked for an approval',
    ];
    this.#begun.add(id);
    for (const problem of problems) {
      if (problem) {
        this.violations.push(
          `${id} was applied, but ${problem}: ${this.trail.join('; ')}`,
        );
      }
    }
  }

  #request = async () => {
    const by = this.#random.from(PEOPLE);
    const action = this.#random.chance(0.85) ? 'revert' : 'adopt';
    if (this.#may(by, 'confirmed')) {
      await this.#try(`${by} asks for ${action}`, async () => {
        const { id } = await this.#replica.service.request({
          body: { targetId: TARGET, action },
          by,
        });
        this.#known.push(id);
      });
    }
  };

  #requestByPolicy = async () => {
    await this.#try('a policy asks', async () => {
      const begun = await this.#replica.service.requestByPolicy({
        targetId: TARGET,
        policyId: 'p1',
        mode: this.#random.chance(0.7) ? 'auto' : 'review',
        addresses: [ADDRESS],
        fingerprints: [`f${this.#random.upTo(1_000_000)}`],
        reason: 'Policy p1 says so.',
      });
      if (begun) {
        this.#known.push(begun.id);
      }
    });
  };

  #confirm = async () => {
    const record = await this.#pick();
    if (record?.previewHash) {
      const by =
        PEOPLE.includes(record.requestedBy) && this.#random.chance(0.8)
          ? record.requestedBy
          : this.#random.from(PEOPLE);
      await this.#consent('confirmed', {
        id: record.id,
        previewHash: this.#hashOf(record.previewHash),
        by,
      });
    }
  };

  #approve = async () => {
    const record = await this.#pick();
    if (record?.previewHash) {
      await this.#consent('approved', {
        id: record.id,
        previewHash: this.#hashOf(record.previewHash),
        by: this.#random.from(PEOPLE),
      });
    }
  };

  /** What a good person would do next. */
  #goOn = async () => {
    const [record] = await this.bench.store.listOpen(TARGET);
    if (!record) {
      await this.#request();
      return;
    }
    const { id, state, previewHash, requestedBy } = record;
    if (previewHash && state === 'previewed') {
      await this.#consent('confirmed', { id, previewHash, by: requestedBy });
    } else if (previewHash && state === 'awaiting-approval') {
      const by = PEOPLE.find(person => person !== requestedBy) ?? CAROL;
      await this.#consent('approved', { id, previewHash, by });
    } else {
      await this.#work();
    }
  };

  /** Says again what was said before, however long ago. */
  #replay = async () => {
    if (this.#used.length > 0) {
      await this.#consent(
        this.#random.from(['confirmed', 'approved']),
        this.#random.from(this.#used.slice(-50)),
      );
    }
  };

  #consent = async (
    kind: Consent['kind'],
    said: { id: string; previewHash: string; by: string },
  ) => {
    const { id, previewHash, by } = said;
    if (!this.#may(by, kind)) {
      return;
    }
    this.#used.push(said);
    const { service } = this.#replica;
    const options = { id, previewHash, ...this.#as(by) };
    await this.#try(
      `${by} says ${kind} to ${previewHash.slice(0, 4)}`,
      async () => {
        // Written down before, since a worker may be faster than the answer
        const consent = {
          kind,
          by,
          hash: previewHash,
          at: this.bench.now.getTime(),
        };
        const consents = this.#consents.get(id) ?? [];
        this.#consents.set(id, [...consents, consent]);
        try {
          await (kind === 'confirmed'
            ? service.confirm(options)
            : service.approve(options));
          this.#agreed += 1;
        } catch (error) {
          this.#consents.set(id, consents);
          throw error;
        }
      },
    );
  };

  #reject = async () => {
    const record = await this.#pick();
    const by = this.#random.from(PEOPLE);
    if (record && this.#may(by, 'approved')) {
      await this.#try(`${by} rejects`, async () => {
        await this.#replica.service.reject({
          id: record.id,
          reason: 'No.',
          by,
        });
        this.#ended.add(record.id);
      });
    }
  };

  #cancel = async () => {
    const record = await this.#pick();
    const by = this.#random.from(PEOPLE);
    if (record && this.#may(by, 'confirmed')) {
      await this.#try(`${by} cancels`, async () => {
        await this.#replica.service.cancel({ id: record.id, by });
        this.#ended.add(record.id);
      });
    }
  };

  #changeReality = async () => {
    this.trail.push('reality changes');
    this.bench.setWorld({
      ...(this.#random.chance(0.8) && { [ADDRESS]: this.#random.upTo(9) + 3 }),
      ...(this.#random.chance(0.3) && { [OTHER]: this.#random.upTo(9) + 3 }),
    });
    if (this.#random.chance(0.5)) {
      await this.bench.observe();
    }
  };

  #revoke = async () => {
    const last = this.#used[this.#used.length - 1]?.by;
    const who =
      last !== undefined && this.#random.chance(0.6)
        ? last
        : this.#random.from(PEOPLE);
    if (this.bench.revoked.delete(who)) {
      this.trail.push(`${who} is allowed again`);
      return;
    }
    const kinds = this.#random.from([
      ['confirmed'],
      ['approved'],
      ['confirmed', 'approved'],
    ] as const);
    this.trail.push(`${who} loses ${kinds}`);
    this.bench.revoked.set(who, new Set(kinds));
  };

  /** A process dies in the middle of what it does, and comes back as a zombie at the end. */
  #crash = async () => {
    const { remediator } = this.bench;
    const moment = this.#random.from(['preview', 'apply', 'applied'] as const);
    this.trail.push(`a process dies in ${moment}`);
    const dead = this.bench.hang();
    const { onApply } = remediator;
    if (moment === 'preview') {
      remediator.previewGate = dead;
    } else if (moment === 'apply') {
      remediator.gate = dead;
    } else {
      remediator.onApply = async applied => {
        await onApply(applied);
        await dead;
      };
    }
    const calls = () =>
      ({
        preview: remediator.previewed,
        apply: remediator.asked,
        applied: remediator.applied,
      }[moment].length);
    const before = calls();
    let isIdle = false;
    const { loop } = this.#replica;
    loop.idle().then(() => {
      isIdle = true;
    });
    while (calls() === before && !isIdle) {
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    remediator.previewGate = Promise.resolve();
    remediator.gate = Promise.resolve();
    remediator.onApply = onApply;
    this.#replica = this.bench.replica();
  };

  #jump = async () => {
    const by = this.#random.from([
      SECOND,
      31 * SECOND,
      2 * MINUTE,
      10 * MINUTE,
      2 * HOUR,
      25 * HOUR,
    ]);
    this.trail.push(`${by / SECOND} seconds pass`);
    this.bench.advance(by);
  };

  #stopSwitch = async () => {
    const { policies } = this.bench;
    policies.stopped = !policies.stopped;
    this.trail.push(policies.stopped ? 'all is stopped' : 'all goes on');
  };

  #changePolicy = async () => {
    this.bench.policies.mode = this.#random.from(['alert', 'review', 'auto']);
    this.trail.push(`policy says ${this.bench.policies.mode}`);
  };

  #work = async () => {
    this.trail.push('work');
    await this.#replica.loop.idle();
  };

  #scan = async () => {
    this.trail.push('scan');
    await this.bench.runScans();
  };

  /** What is open says what it waits for. */
  async #requireReasons(): Promise<void> {
    for (const record of await this.bench.store.listOpen(TARGET)) {
      if (record.state !== 'requested' && !record.message) {
        this.violations.push(
          `${record.id} is ${
            record.state
          } and does not say why: ${this.trail.join('; ')}`,
        );
      }
    }
  }

  /** Lets zombies come back and time go by; then nothing may be open. */
  async #drain(): Promise<void> {
    const { bench } = this;
    await bench.stop();
    this.#replica = bench.replica();
    for (const passes of [2 * MINUTE, MINUTE, 2 * HOUR, 3 * DAY, 3 * DAY]) {
      bench.advance(passes);
      await this.#replica.loop.idle();
      await bench.runScans();
      if ((await bench.store.listOpen(TARGET)).length === 0) {
        break;
      }
    }
    for (const record of await bench.store.listOpen(TARGET)) {
      this.violations.push(
        `${record.id} is still ${record.state}: ${this.trail.join('; ')}`,
      );
    }
    for (const id of this.#known.splice(0)) {
      await this.#requireHistory(id);
    }
  }

  /** One step follows the other, from the request to an end. */
  async #requireHistory(id: string): Promise<void> {
    const record = await this.bench.store.get({ id });
    const events = await this.bench.store.listEvents(id);
    const chained = events.every(
      (event, index) => event.from === events[index - 1]?.to,
    );
    const last = events[events.length - 1]?.to;
    if (!record || !chained || last !== record.state || OPEN.includes(last)) {
      this.violations.push(`${id} lost its history: ${this.trail.join('; ')}`);
      return;
    }
    this.ends.set(last, (this.ends.get(last) ?? 0) + 1);
  }

  #may(by: string, kind: Consent['kind']): boolean {
    return !this.bench.revoked.get(by)?.has(kind);
  }

  #as(by: string) {
    return as(
      by,
      this.#random.chance(0.2)
        ? { expiresAt: new Date(this.bench.now.getTime() + MINUTE) }
        : {},
    );
  }

  #hashOf(hash: string): string {
    return this.#random.chance(0.1) ? 'a'.repeat(64) : hash;
  }

  async #pick(): Promise<RemediationRecord | undefined> {
    const open = await this.bench.store.listOpen(TARGET);
    if (open.length > 0 && this.#random.chance(0.9)) {
      return this.#random.from(open);
    }
    return this.#known.length > 0
      ? this.bench.store.get({ id: this.#random.from(this.#known) })
      : undefined;
  }

  /** Refusals are part of the game, anything else is not. */
  async #try(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.trail.push(what);
    } catch (error) {
      const { name } = error as Error;
      this.trail.push(`${what}: ${name}`);
      if (!['ConflictError', 'NotAllowedError', 'InputError'].includes(name)) {
        throw error;
      }
    }
  }
}

/** Seeds begin at these; a hundred each, so that one that fails is found soon. */
const SEQUENCES = 100;
const BLOCKS = [
  ...Array.from({ length: 10 }, (_, block) => ({
    databaseId: databases.ids[0],
    first: block * SEQUENCES + 1,
  })),
  { databaseId: databases.ids[1], first: 1 },
];

describe('wild sequences', () => {
  it.each(BLOCKS)(
    'from $first on $databaseId apply nothing that was not approved, and lose no request',
    async ({ databaseId, first }) => {
      const bench = await RemediationBench.create({
        knex: await databases.init(databaseId),
        // So that a process that hangs does nothing else
        config: { concurrency: 1 },
      });
      const adversary = new Adversary(bench);
      for (let seed = first; seed < first + SEQUENCES; seed++) {
        await adversary.run(seed);
      }
      await bench.stop();

      expect(adversary.violations).toEqual([]);
      // The test would prove nothing if hardly anything were applied
      expect(adversary.applies).toBeGreaterThan(SEQUENCES / 10);
      const ends = [...adversary.ends.keys()];
      expect(ends).toEqual(
        expect.arrayContaining([
          'succeeded',
          'failed',
          'superseded',
          'rejected',
          'cancelled',
          'expired',
        ]),
      );
    },
  );

  it('would find that permissions are not asked again', async () => {
    const bench = await RemediationBench.create({
      knex: await databases.init(databases.ids[0]),
      config: { concurrency: 1 },
    });
    bench.isCareless = true;
    const adversary = new Adversary(bench);
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      await adversary.run(seed);
    }
    await bench.stop();
    expect(adversary.violations).toContainEqual(
      expect.stringContaining('was not allowed to any more'),
    );
  });
});
