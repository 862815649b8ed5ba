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

import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';

/** One file of a proposal, with its path from the root of the repository. */
export interface ProposedFile {
  path: string;
  /** Empty when the file is new. */
  before: string;
  /** Empty when the file goes. */
  after: string;
}

/** A change of code that somebody is to look at. */
export interface ProposedChange {
  /** The same for every attempt to open it; names the new branch. */
  branch: string;
  title: string;
  /** Markdown. */
  body: string;
  files: ProposedFile[];
}

/** Where the code is. */
export interface CodePlace {
  /** Address that an integration knows. */
  url: string;
  /** What the repository is in: an owner, groups, or organisation and project, separated by slashes. */
  owner: string;
  repository: string;
  /** Branch that the change is for; the default one when absent. */
  ref?: string;
  /** Directory below the root of the repository, without slashes around it; empty for the root. */
  directory: string;
}

/** A host of code on which a change can be proposed. */
export interface PullRequests {
  /**
   * Opens the pull request, or finds the one that an earlier attempt opened.
   *
   * @throws RemediationFailure in words for people, without secrets
   */
  open(
    place: CodePlace,
    change: ProposedChange,
    signal: AbortSignal,
  ): Promise<{ url: string }>;
}

/** The files are no longer what the proposal was made from. */
export class CodeChanged extends RemediationFailure {
  name = 'CodeChanged';

  constructor(path: string) {
    super(
      `${path} has changed since the proposal was made, so no pull request was opened`,
    );
  }
}
