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

export * from './colors';
export * from './ConfirmDialog';
export * from './CopyButton';
export * from './DriftIcon';
export * from './EmptyList';
export * from './EvidenceMark';
export * from './ExplainedByMark';
export * from './Fact';
export * from './firstSentence';
export * from './GuardedButton';
export * from './GuardedMenuItem';
export * from './Hidden';
export * from './LoadingBlock';
export * from './Mark';
export * from './Moment';
export * from './MoreMenu';
export * from './Note';
export * from './PageButtons';
export * from './PageFoot';
export * from './Person';
export * from './Problem';
export * from './problemKind';
export * from './RecommendationMark';
export * from './RecordTable';
export * from './RiskMark';
export * from './ScanButton';
export * from './Section';
export * from './Snippet';
export * from './Stack';
export * from './StatusMark';
export * from './targetKinds';
export * from './TargetLink';
export * from './TargetMarks';
export * from './TargetName';
export * from './targetWords';
export * from './TimeAgo';
export * from './UnfoldButton';
export * from './UnmanagedMark';
export * from './useExistingPage';
export * from './useTargetTitle';
export * from './webAddress';
