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
 * Why a document was refused.
 *
 * @public
 */
export type PlanReadErrorCode =
  | 'empty'
  | 'truncated'
  | 'invalid-json'
  | 'not-a-plan'
  | 'unsupported-version'
  | 'duplicate-key'
  | 'too-deep'
  | 'too-large'
  | 'invalid-utf8';

/**
 * A plan document that cannot be trusted. The message is one plain sentence that
 * names what is wrong and never a value of the document.
 *
 * @public
 */
export class PlanReadError extends Error {
  readonly code: PlanReadErrorCode;

  constructor(code: PlanReadErrorCode, message: string) {
    super(message);
    this.name = 'PlanReadError';
    this.code = code;
  }
}
