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

import { ExplainedBy } from './analysis';
import { Risk } from './report';
import { TargetStatus } from './target';

/**
 * Characters that a question may have.
 *
 * @public
 */
export const MAX_QUESTION_LENGTH = 1_000;

/**
 * A target that an answer speaks of.
 *
 * @public
 */
export interface AnswerTarget {
  id: string;
  name: string;
  client?: string;
  status: TargetStatus;
  risk: Risk;
}

/**
 * An answer from stored data that the asker may see.
 *
 * @public
 */
export interface Answer {
  /** Plain text, at most 4,000 characters. */
  text: string;
  /** The targets whose data was used, at most 50. */
  targets: AnswerTarget[];
  answeredBy: ExplainedBy;
  /** What the asker should know of the answer, e.g. that the model did not answer. */
  note?: string;
}
