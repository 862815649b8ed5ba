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

import SvgIcon from '@material-ui/core/SvgIcon';

/** Two lines that belong together and part: the plugin's sign. */
export function DriftIcon() {
  return (
    <SvgIcon fontSize="inherit" viewBox="0 0 24 24">
      <path
        d="M3 15h5c4 0 5-9 9-9h3M17.5 3l3 3-3 3M3 15h17"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeDasharray="none"
      />
      <path
        d="M3 20h18"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeDasharray="1 4"
      />
    </SvgIcon>
  );
}
