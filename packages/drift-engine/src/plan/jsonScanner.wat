;; Copyright 2026 The Infra Hub Authors
;;
;; Licensed under the Apache License, Version 2.0 (the "License");
;; you may not use this file except in compliance with the License.
;; You may obtain a copy of the License at
;;
;;     http://www.apache.org/licenses/LICENSE-2.0
;;
;; Unless required by applicable law or agreed to in writing, software
;; distributed under the License is distributed on an "AS IS" BASIS,
;; WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
;; See the License for the specific language governing permissions and
;; limitations under the License.

;; The inner loop of JsonByteScanner: follows the grammar byte by byte and comes
;; back for what the visitor watches. Sixteen bytes of a string are looked at in
;; one step. It is WebAssembly because JavaScript needs tens of megabytes until
;; this loop is optimised, and is three times slower even then.
;;
;; After a change run `node scripts/build-scanner.mjs` in the package; a test
;; compares this text with the compiled module.
;;
;; Memory, in bytes (the same numbers stand in jsonScannerMemory.ts):
;;      0  registers, i32 each:
;;          0 position      4 end           8 state         12 depth
;;         16 maxDepth     20 watch        24 captureDepth  28 wantsScalars
;;         32 members      36 inexact      40 tokenStart    44 tokenEnd
;;         48 keyLengths: a bit for each length of key that is an event; bit 31
;;            stands for 31 and more
;;         52 keyEscaped: the key holds an escape, so its length means nothing
;;         56 keyPassed: the last key of the watched object was no event, so what
;;            stands behind it is none either
;;   4096  grammar: 256 cells for each state. A cell is the next state (below
;;         64), an action (64 and above), or 128 + the state inside a number or
;;         literal that begins here
;;  16384  by depth, the state after a value that is complete there
;;  65536  the bytes to scan, and behind them 16 quotes that stop the last step
(module
  (memory (export "memory") 4)

  ;; Scans from position to end, or to the next event, which is the result:
  ;; -1 not JSON, 0 end, 1 key, 2 string, 3 object opens, 4 array opens,
  ;; 5 container closes, 6 number, 7 literal, 8 too deep.
  (func (export "scan") (result i32)
    (local $p i32) (local $end i32) (local $state i32) (local $depth i32)
    (local $watch i32) (local $capture i32) (local $members i32)
    (local $tokenStart i32) (local $cell i32) (local $hits i32)
    (local $bytes v128) (local $event i32)
    (local.set $p (i32.load offset=0 (i32.const 0)))
    (local.set $end (i32.load offset=4 (i32.const 0)))
    (local.set $state (i32.load offset=8 (i32.const 0)))
    (local.set $depth (i32.load offset=12 (i32.const 0)))
    (local.set $watch (i32.load offset=20 (i32.const 0)))
    (local.set $capture (i32.load offset=24 (i32.const 0)))
    (local.set $members (i32.load offset=32 (i32.const 0)))
    (local.set $tokenStart (i32.load offset=40 (i32.const 0)))

    (block $return (loop $byte
      (br_if $return (i32.ge_u (local.get $p) (local.get $end)))

      ;; Inside a key (state 0) or string (1): on to the next quote, backslash
      ;; or control character.
      (if (i32.le_u (local.get $state) (i32.const 1)) (then
        (loop $plain
          (local.set $bytes (v128.load align=1 (local.get $p)))
          (local.set $hits (i8x16.bitmask (v128.or
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x22)))
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c))))
            (i8x16.lt_u (local.get $bytes) (i8x16.splat (i32.const 0x20))))))
          (if (i32.eqz (local.get $hits)) (then
            (local.set $p (i32.add (local.get $p) (i32.const 16)))
            (br_if $plain (i32.lt_u (local.get $p) (local.get $end)))
            (local.set $p (local.get $end))
            (br $return))))
        (local.set $p (i32.add (local.get $p) (i32.ctz (local.get $hits))))
        (if (i32.ge_u (local.get $p) (local.get $end)) (then
          (local.set $p (local.get $end))
          (br $return)))))

      (local.set $cell (i32.load8_u offset=4096
        (i32.add
          (i32.shl (local.get $state) (i32.const 8))
          (i32.load8_u (local.get $p)))))
      (if (i32.lt_u (local.get $cell) (i32.const 64)) (then
        (local.set $state (local.get $cell))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (br $byte)))
      (if (i32.ge_u (local.get $cell) (i32.const 128)) (then
        (local.set $tokenStart (local.get $p))
        (local.set $state (i32.sub (local.get $cell) (i32.const 128)))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (br $byte)))

      (block $fail (block $escapeInKey (block $startKey (block $endKey (block $startString
      (block $endString (block $openObject (block $openArray (block $close
      (block $endNumber (block $endLiteral
        (br_table $fail $startKey $endKey $startString $endString $openObject
          $openArray $close $endNumber $endLiteral $escapeInKey $fail
          (i32.sub (local.get $cell) (i32.const 64))))

        ;; $endLiteral: the byte is its last.
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (i32.store offset=44 (i32.const 0) (local.get $p))
        (local.set $state (i32.load8_u offset=16384 (local.get $depth)))
        (br_if $byte (i32.or
          (i32.ne (local.get $depth) (local.get $watch))
          (i32.eqz (i32.load offset=28 (i32.const 0)))))
        (local.set $event (i32.const 7))
        (br $return))

        ;; $endNumber: the byte is behind it and is looked at again. More than 15
        ;; characters, or an exponent (state 27), may not survive a double.
        (i32.store offset=44 (i32.const 0) (local.get $p))
        (if (i32.or
            (i32.eq (local.get $state) (i32.const 27))
            (i32.gt_u
              (i32.sub (local.get $p) (local.get $tokenStart))
              (i32.const 15)))
          (then (i32.store offset=36 (i32.const 0) (i32.const 1))))
        (local.set $state (i32.load8_u offset=16384 (local.get $depth)))
        (br_if $byte (i32.or
          (i32.ne (local.get $depth) (local.get $watch))
          (i32.eqz (i32.load offset=28 (i32.const 0)))))
        (local.set $event (i32.const 6))
        (br $return))

        ;; $close
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $cell (local.get $depth))
        (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
        (local.set $state (i32.load8_u offset=16384 (local.get $depth)))
        (br_if $byte (i32.and
          (i32.ne (local.get $cell) (local.get $watch))
          (i32.ne (local.get $cell) (local.get $capture))))
        (i32.store offset=56 (i32.const 0) (i32.const 0))
        (local.set $event (i32.const 5))
        (br $return))

        ;; $openArray: afterwards state 8, now 3.
        (if (i32.eq (local.get $depth) (i32.load offset=16 (i32.const 0))) (then
          (local.set $event (i32.const 8))
          (br $return)))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
        (i32.store8 offset=16384 (local.get $depth) (i32.const 8))
        (local.set $state (i32.const 3))
        (br_if $byte (i32.or
          (i32.ne (local.get $depth) (i32.add (local.get $watch) (i32.const 1)))
          (i32.load offset=56 (i32.const 0))))
        (local.set $event (i32.const 4))
        (br $return))

        ;; $openObject: afterwards state 7, now 5.
        (if (i32.eq (local.get $depth) (i32.load offset=16 (i32.const 0))) (then
          (local.set $event (i32.const 8))
          (br $return)))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
        (i32.store8 offset=16384 (local.get $depth) (i32.const 7))
        (local.set $state (i32.const 5))
        (br_if $byte (i32.or
          (i32.ne (local.get $depth) (i32.add (local.get $watch) (i32.const 1)))
          (i32.load offset=56 (i32.const 0))))
        (local.set $event (i32.const 3))
        (br $return))

        ;; $endString
        (i32.store offset=44 (i32.const 0) (local.get $p))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $state (i32.load8_u offset=16384 (local.get $depth)))
        (br_if $byte (i32.or
          (i32.ne (local.get $depth) (local.get $watch))
          (i32.eqz (i32.load offset=28 (i32.const 0)))))
        (local.set $event (i32.const 2))
        (br $return))

        ;; $startString
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $tokenStart (local.get $p))
        (local.set $state (i32.const 1))
        (br $byte))

        ;; $endKey: a colon has to follow (state 6). What was wanted belonged to
        ;; the key before.
        (i32.store offset=44 (i32.const 0) (local.get $p))
        (local.set $members (i32.add (local.get $members) (i32.const 1)))
        (local.set $state (i32.const 6))
        (local.set $cell (i32.sub (local.get $p) (local.get $tokenStart)))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (br_if $byte (i32.ne (local.get $depth) (local.get $watch)))
        (i32.store offset=28 (i32.const 0) (i32.const 0))
        (i32.store offset=56 (i32.const 0) (i32.const 1))
        (if (i32.gt_u (local.get $cell) (i32.const 31)) (then
          (local.set $cell (i32.const 31))))
        (br_if $byte (i32.eqz (i32.or
          (i32.load offset=52 (i32.const 0))
          (i32.and
            (i32.shr_u (i32.load offset=48 (i32.const 0)) (local.get $cell))
            (i32.const 1)))))
        (i32.store offset=56 (i32.const 0) (i32.const 0))
        (local.set $event (i32.const 1))
        (br $return))

        ;; $startKey
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $tokenStart (local.get $p))
        (i32.store offset=52 (i32.const 0) (i32.const 0))
        (local.set $state (i32.const 0))
        (br $byte))

        ;; $escapeInKey
        (i32.store offset=52 (i32.const 0) (i32.const 1))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $state (i32.const 10))
        (br $byte))

      ;; $fail
      (local.set $event (i32.const -1))))

    (i32.store offset=0 (i32.const 0) (local.get $p))
    (i32.store offset=8 (i32.const 0) (local.get $state))
    (i32.store offset=12 (i32.const 0) (local.get $depth))
    (i32.store offset=32 (i32.const 0) (local.get $members))
    (i32.store offset=40 (i32.const 0) (local.get $tokenStart))
    (local.get $event)))
