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
import type { BlindSpot } from '@infra-hub/backstage-plugin-drift-common';
import { UnseenKubernetesObjects } from '../compareKubernetes';
import { groupOf, isKubernetesObject } from '../identity';
import { below, isObject, KubernetesObject } from '../KubernetesObject';
import { KubernetesReadError } from './KubernetesReadError';
import { parseDocuments, placeOf } from './parseDocuments';

/**
 * What answers of a Kubernetes API hold, and what they leave open.
 *
 * @public
 */
export interface KubernetesAnswers {
  live: KubernetesObject[];
  /** What a refused or half answer would have shown. */
  unseen: UnseenKubernetesObjects[];
  blindSpots: BlindSpot[];
  /** Why the answers are worth nothing as a whole: one sentence each. */
  failures: string[];
}

/** One page of a list. */
interface Page {
  kind: string;
  group: string;
  version: JsonValue | undefined;
  items: number;
  /** Further items after this page, where the server said so. */
  remaining?: number;
  continues: boolean;
}

class Answers {
  readonly #live: KubernetesObject[] = [];
  readonly #unseen: UnseenKubernetesObjects[] = [];
  readonly #blindSpots: BlindSpot[] = [];
  readonly #failures: string[] = [];
  readonly #pages: Page[] = [];
  /** Something was not answered. */
  #hasGaps = false;
  /** Something came that is not the typed list of one kind. */
  #hasMixedAnswers = false;
  /** Objects that stood by themselves, in no list. */
  #single = 0;

  fail(reason: string): void {
    this.#failures.push(reason);
    this.#unseen.push({});
  }

  read(value: JsonValue, place: string): void {
    if (Array.isArray(value)) {
      for (const each of value) {
        this.read(each, place);
      }
    } else if (!isObject(value)) {
      this.fail(`${place} is not a Kubernetes object.`);
    } else if (value.kind === 'Status') {
      this.#readStatus(value, place);
    } else if (isList(value)) {
      this.#readList(value, place);
    } else if (isKubernetesObject(value)) {
      this.#hasMixedAnswers = true;
      this.#single += 1;
      this.#live.push(value);
    } else {
      this.fail(`${place} is neither a Kubernetes object nor a list of them.`);
    }
  }

  result(): KubernetesAnswers {
    for (const page of this.#pages) {
      if (page.continues && !this.#goesOn(page)) {
        const { kind, group } = page;
        this.#hasGaps = true;
        this.#unseen.push(kind === '' ? {} : { kind, group });
        this.#blindSpots.push({
          scope: kind === '' ? 'live objects' : kind,
          reason:
            'The list goes on beyond what was given, so more objects may exist.',
        });
      }
    }
    if (this.#single === 1 && this.#pages.length === 0) {
      // Who asks for one object learns nothing of the others.
      this.#unseen.push({});
    }
    if (this.#hasGaps || !this.#hasMixedAnswers) {
      // Of kinds that no answer shows, nothing is known.
      this.#unseen.push({ otherThan: this.#answeredKinds() });
    }
    return {
      live: this.#live,
      unseen: this.#unseen,
      blindSpots: this.#blindSpots,
      failures: this.#failures,
    };
  }

  #answeredKinds(): { group: string; kind: string }[] {
    const kinds = new Map<string, { group: string; kind: string }>();
    for (const { group, kind } of [
      ...this.#pages,
      ...this.#live.map(object => ({
        group: groupOf(object),
        kind: object.kind,
      })),
    ]) {
      kinds.set(`${group}/${kind}`, { group, kind });
    }
    return [...kinds.values()];
  }

  /** Whether the pages that follow are there, too. */
  #goesOn(page: Page): boolean {
    const following = this.#pages
      .slice(this.#pages.indexOf(page) + 1)
      .filter(
        each =>
          each.kind === page.kind &&
          each.group === page.group &&
          each.version === page.version,
      );
    return (
      following.some(each => !each.continues) &&
      page.remaining ===
        following.reduce((count, each) => count + each.items, 0)
    );
  }

  #readList(list: JsonObject, place: string): void {
    const listKind = String(list.kind);
    const apiVersion =
      typeof list.apiVersion === 'string' ? list.apiVersion : '';
    const kind = listKind.slice(0, -'List'.length);
    const group = kind === '' ? '' : groupOf({ apiVersion, kind });
    const items = list.items;
    this.#hasMixedAnswers ||= kind === '';
    if (!Array.isArray(items)) {
      this.fail(`${place} is a list without items.`);
      return;
    }
    for (const item of items) {
      const whole: JsonValue =
        isObject(item) && kind !== ''
          ? { apiVersion, kind, ...withoutNulls(item) }
          : item;
      if (isObject(whole) && whole.kind === 'Status') {
        this.#readStatus(whole, place);
      } else if (isKubernetesObject(whole)) {
        this.#live.push(whole);
      } else {
        this.fail(`${place} has an item that is not a Kubernetes object.`);
      }
    }
    const metadata = below(list, 'metadata');
    const remaining = metadata?.remainingItemCount;
    this.#pages.push({
      kind,
      group,
      version: metadata?.resourceVersion,
      items: items.length,
      continues:
        (metadata?.continue !== undefined &&
          metadata.continue !== null &&
          metadata.continue !== '') ||
        (remaining !== undefined && remaining !== null && remaining !== 0),
      ...(typeof remaining === 'number' ? { remaining } : {}),
    });
  }

  /** Source: k8s.io/apimachinery/pkg/apis/meta/v1, type Status. */
  #readStatus(status: JsonObject, place: string): void {
    const details = below(status, 'details');
    const code = typeof status.code === 'number' ? status.code : 'no code';
    const plural = details?.kind;
    if (
      (code === 403 || code === 404) &&
      typeof plural === 'string' &&
      plural !== ''
    ) {
      this.#hasGaps = true;
      const namespace = /in the namespace "([a-z0-9-]{1,63})"/.exec(
        typeof status.message === 'string' ? status.message : '',
      )?.[1];
      this.#unseen.push({
        kind: plural,
        ...(typeof details?.group === 'string' ? { group: details.group } : {}),
        ...(namespace === undefined ? {} : { namespace }),
        ...(typeof details?.name === 'string' && details.name !== ''
          ? { name: details.name }
          : {}),
      });
      this.#blindSpots.push({
        scope: plural,
        reason:
          code === 403
            ? 'The cluster did not allow to read it (403).'
            : 'The cluster answered that it does not know it (404).',
      });
      return;
    }
    this.fail(
      `${place} is an error of the Kubernetes API (${code}${
        typeof status.reason === 'string' &&
        /^[A-Za-z]{1,40}$/.test(status.reason)
          ? `, ${status.reason}`
          : ''
      }).`,
    );
  }
}

/**
 * Reads live objects as `kubectl get -o json` or `-o yaml`, or the API itself gives
 * them: a list, a typed list whose items have no kind, single objects, several
 * documents or one a line.
 *
 * An error of the API (a `Status`), a list that goes on (`metadata.continue`) and
 * a document that is cut off never look like objects that are gone: they become
 * {@link KubernetesAnswers.unseen}, blind spots or failures.
 *
 * @public
 */
export function readKubernetesAnswers(
  texts: readonly { name: string; text: string }[],
): KubernetesAnswers {
  const answers = new Answers();
  for (const { name, text } of texts) {
    try {
      const documents = parseDocuments(text, name);
      if (documents.length === 0) {
        answers.fail(`${name} is empty.`);
      }
      for (const { value, number, line } of documents) {
        answers.read(value, placeOf(name, number, line));
      }
    } catch (error) {
      if (!(error instanceof KubernetesReadError)) {
        throw error;
      }
      answers.fail(error.message);
    }
  }
  return answers.result();
}

/** Kinds of custom resources may end in List, too. */
function isList(value: JsonObject): boolean {
  return (
    typeof value.kind === 'string' &&
    value.kind.endsWith('List') &&
    (value.items !== undefined || below(value, 'metadata')?.name === undefined)
  );
}

function withoutNulls(item: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(item).filter(([, value]) => value !== null),
  );
}
