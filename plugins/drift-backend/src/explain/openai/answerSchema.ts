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

import { z } from 'zod';

const recommendation = z.enum(['update-code', 'apply', 'investigate']);

/**
 * What a model is asked to answer. Every key is required, as structured output
 * wants it; lengths are bounded afterwards, since not every server can.
 */
export const answerSchema = z.object({
  summary: z.string(),
  recommendation,
  findings: z.array(
    z.object({
      address: z.string(),
      description: z.string(),
      consequence: z.string().nullable(),
      likelyCause: z.string().nullable(),
      recommendation,
      advice: z.string(),
    }),
  ),
});

/** A model's answer that has the right shape; its texts are still unchecked. */
export type ModelAnswer = z.infer<typeof answerSchema>;

/**
 * Reads an answer that may stand between ``` fences or other words.
 *
 * @returns What is wrong, for the model, when it cannot be read
 */
export function readAnswer(
  text: string,
): { answer: ModelAnswer } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(withoutFrame(text));
  } catch {
    return { problem: 'It is not JSON.' };
  }
  const parsed = answerSchema.safeParse(value);
  if (parsed.success) {
    return { answer: parsed.data };
  }
  const [issue] = parsed.error.issues;
  return { problem: `${issue.path.join('.') || 'root'}: ${issue.message}` };
}

function withoutFrame(text: string): string {
  const fenced = text.match(/```[a-z]*\s*\n([\s\S]*?)```/i)?.[1];
  if (fenced !== undefined) {
    return fenced;
  }
  const start = text.indexOf('{');
  const end = text.lastIndexOf('}');
  return start >= 0 && end > start ? text.slice(start, end + 1) : text;
}
