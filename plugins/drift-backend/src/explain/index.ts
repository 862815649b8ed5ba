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

export { AiClient, type AiAnswer, type AiRequest } from './ai/AiClient';
export { AiError, type AiFailureReason } from './ai/AiError';
export { addAnalysisRoutes } from './addAnalysisRoutes';
export { AnalysisStore } from './AnalysisStore';
export { createExplanations } from './createExplanations';
export { type DriftExplanations } from './DriftExplanations';
export { type Explanations } from './Explanations';
export { readAiConfig, type AiConfig } from './readAiConfig';
export { Grounding } from './openai/Grounding';
export { JUDGING_WORDS } from './openai/vocabulary';
export { textsOf } from './openai/textsOf';
