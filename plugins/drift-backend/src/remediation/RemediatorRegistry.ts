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

import { RemediationAction } from '@infra-hub/backstage-plugin-drift-common';
import { Remediator, ScanTarget } from '@infra-hub/backstage-plugin-drift-node';

/** The actions, in the order in which they are offered. */
export const REMEDIATION_ACTIONS: readonly RemediationAction[] = [
  'revert',
  'refresh-state',
  'adopt',
];

const NAMES: Record<RemediationAction, string> = {
  revert: 'revert drift',
  'refresh-state': 'take reality over into the state',
  adopt: 'make the code match reality',
};

/** A way to do something, or why there is none. */
export type FoundRoute =
  | { remediator: Remediator; reason?: undefined }
  | { remediator?: undefined; reason: string };

/** Finds who can repair what. */
export class RemediatorRegistry {
  readonly #remediators: readonly Remediator[];
  readonly #adopt: Remediator | undefined;
  readonly #sources: readonly string[];

  constructor(options: {
    remediators: readonly Remediator[];
    /** Makes the code match reality, for all sources. */
    adopt?: Remediator;
    /** Ids of the installed sources. */
    sources: readonly string[];
  }) {
    this.#remediators = options.remediators;
    this.#adopt = options.adopt;
    this.#sources = options.sources;
  }

  /** Sources whose targets can be remediated, and how. */
  sources(): { source: string; actions: RemediationAction[] }[] {
    return this.#sources
      .map(source => ({ source, actions: this.actionsFor(source) }))
      .filter(({ actions }) => actions.length > 0);
  }

  /** Actions that somebody knows for targets of a source. */
  actionsFor(source: string): RemediationAction[] {
    return REMEDIATION_ACTIONS.filter(
      action => this.#candidates(source, action).length > 0,
    );
  }

  /**
   * Who does it to a target: a route that is not the source's own comes first
   * where it can, since somebody configured it for that.
   */
  find(
    target: ScanTarget & { source: string },
    action: RemediationAction,
  ): FoundRoute {
    let reason: string | undefined;
    for (const remediator of this.#candidates(target.source, action)) {
      const support = remediator.supports(target, action);
      if (support.supported) {
        return { remediator };
      }
      reason = support.reason;
    }
    return {
      reason:
        reason ??
        `Nothing is installed here that can ${NAMES[action]} for targets like this one.`,
    };
  }

  /** The one that a remediation was begun with, if it is still installed. */
  get(action: RemediationAction, route: string): Remediator | undefined {
    return action === 'adopt'
      ? [this.#adopt].find(each => each?.id === route)
      : this.#remediators.find(({ id }) => id === route);
  }

  #candidates(source: string, action: RemediationAction): Remediator[] {
    const all =
      action === 'adopt'
        ? [this.#adopt].filter(each => each !== undefined)
        : [
            ...this.#remediators.filter(({ id }) => id !== source),
            ...this.#remediators.filter(({ id }) => id === source),
          ];
    return all.filter(each => each.actionsFor(source).includes(action));
  }
}
