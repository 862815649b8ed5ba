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

import { createHash } from 'node:crypto';
import {
  CodePatch,
  RemediationAction,
  RemediationOutcome,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  AdoptionProposal,
  CodeAdopter,
  RemediationContext,
  RemediationFailure,
  RemediationPlan,
  RemediationRequest,
  Remediator,
  ScanTarget,
} from '@infra-hub/backstage-plugin-drift-node';
import { createTwoFilesPatch } from 'diff';
import { describePullRequest } from './describePullRequest';
import { ScmPullRequests } from './pullRequests/ScmPullRequests';

type Target = ScanTarget & { source: string };

/**
 * Makes the code match reality: proposes a patch, and opens it as a pull request.
 * Changes nothing in reality, so that nothing needs to be verified.
 */
export class AdoptRoute implements Remediator {
  readonly id = 'adopt';
  readonly #adopters: ReadonlyMap<string, CodeAdopter>;
  readonly #pullRequests: Pick<ScmPullRequests, 'refusalFor' | 'open'>;

  constructor(options: {
    adopters: CodeAdopter[];
    pullRequests: Pick<ScmPullRequests, 'refusalFor' | 'open'>;
  }) {
    this.#adopters = new Map(
      options.adopters.map(adopter => [adopter.source, adopter]),
    );
    this.#pullRequests = options.pullRequests;
  }

  actionsFor(source: string): readonly RemediationAction[] {
    return this.#adopters.has(source) ? ['adopt'] : [];
  }

  supports(target: Target, action: RemediationAction) {
    const adopter = this.#adopters.get(target.source);
    if (action !== 'adopt' || !adopter) {
      return {
        supported: false as const,
        reason: 'Its code or manifests cannot be changed from here.',
      };
    }
    return adopter.supports(target);
  }

  async preview(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<RemediationPlan> {
    const proposal = await this.#propose(request, context);
    return {
      hash: hashOf(request.salt, proposal),
      changes: proposal.changes,
      warnings: proposal.warnings,
      blindSpots: [],
      ...(proposal.root?.commit ? { commit: proposal.root.commit } : {}),
      patch: toPatch(proposal),
      instructions: proposal.instructions,
      pullRequest: this.#pullRequestFor(proposal),
    };
  }

  async apply(
    request: RemediationRequest,
    approvedHash: string,
    context: RemediationContext,
  ): Promise<RemediationOutcome> {
    const proposal = await this.#propose(request, context);
    if (hashOf(request.salt, proposal) !== approvedHash) {
      return {
        kind: 'superseded',
        message:
          'The code or the drift has changed since the patch was shown; no pull request was opened.',
      };
    }
    const { possible, reason } = this.#pullRequestFor(proposal);
    if (!possible || !proposal.root) {
      return {
        kind: 'failed',
        message: reason ?? 'No pull request is possible.',
      };
    }
    await context.mayWrite();
    context.log('Opening the pull request');
    try {
      const { url } = await this.#pullRequests.open(
        proposal.root.url,
        {
          branch: `drift/adopt-${request.id}`,
          ...describePullRequest(request, proposal),
          files: proposal.files,
        },
        context.signal,
      );
      context.log(`Opened ${url}`);
      return {
        kind: 'applied',
        message:
          'A pull request is open. The drift is gone with the first scan after it was merged.',
        link: { title: 'Pull request', url },
      };
    } catch (error) {
      if (error instanceof RemediationFailure) {
        return { kind: 'failed', message: `${error.message}.` };
      }
      throw error;
    }
  }

  async #propose(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<AdoptionProposal> {
    const adopter = this.#adopters.get(request.target.source);
    if (!adopter) {
      throw new RemediationFailure(
        'Its code or manifests cannot be changed from here.',
      );
    }
    return adopter.propose(request, context);
  }

  #pullRequestFor(proposal: AdoptionProposal): {
    possible: boolean;
    reason?: string;
  } {
    if (proposal.files.length === 0) {
      return {
        possible: false,
        reason: 'Nothing in the code can be changed automatically.',
      };
    }
    if (!proposal.root) {
      return {
        possible: false,
        reason:
          'The code is a directory of this machine and not in a repository that Backstage knows.',
      };
    }
    const reason = this.#pullRequests.refusalFor(proposal.root.url);
    return reason === undefined
      ? { possible: true }
      : { possible: false, reason };
  }
}

/** Over all that the pull request would hold, texts excepted. */
function hashOf(salt: string, proposal: AdoptionProposal): string {
  const files = [...proposal.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return createHash('sha256')
    .update(
      JSON.stringify([
        salt,
        proposal.root?.url ?? null,
        files.map(({ path, before, after }) => [path, before, after]),
        proposal.instructions.map(({ address, path, text }) => [
          address,
          path ?? null,
          text,
        ]),
      ]),
    )
    .digest('hex');
}

function toPatch({ files }: AdoptionProposal): CodePatch {
  const diffs = files.map(({ path, before, after }) => ({
    path,
    diff: diffOf(path, before, after),
  }));
  return { diff: diffs.map(({ diff }) => diff).join(''), files: diffs };
}

/** As `git diff` writes it, so that `git apply` takes it. */
function diffOf(path: string, before: string, after: string): string {
  const patch = createTwoFilesPatch(
    before === '' ? '/dev/null' : `a/${path}`,
    after === '' ? '/dev/null' : `b/${path}`,
    before,
    after,
    undefined,
    undefined,
    { context: 3 },
  )
    .split('\n')
    .filter(line => !/^={10,}$/.test(line))
    .join('\n');
  const mode = modeLine(before, after);
  return `diff --git a/${path} b/${path}\n${mode}${patch}`;
}

function modeLine(before: string, after: string): string {
  if (before === '') {
    return 'new file mode 100644\n';
  }
  return after === '' ? 'deleted file mode 100644\n' : '';
}
