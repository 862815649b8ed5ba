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

/**
 * What went wrong when a cluster was asked.
 *
 * - `setup`, `unreachable`, `unauthorized`: nothing of the cluster can be read.
 * - `forbidden`, `absent`, `gone`, `busy`, `timeout`, `broken`, `refused`: this
 *   question was not answered; others may be.
 */
export type ClusterProblem =
  | 'setup'
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'absent'
  | 'gone'
  | 'busy'
  | 'timeout'
  | 'broken'
  | 'refused';

/**
 * A cluster did not answer as it should. The message is a sentence for people;
 * it quotes nothing that the cluster sent.
 */
export class ClusterFailure extends Error {
  readonly problem: ClusterProblem;

  constructor(problem: ClusterProblem, message: string) {
    super(message);
    this.name = 'ClusterFailure';
    this.problem = problem;
  }

  /** Whether no other question to the cluster would do better. */
  get endsScan(): boolean {
    return (
      this.problem === 'setup' ||
      this.problem === 'unreachable' ||
      this.problem === 'unauthorized'
    );
  }
}
