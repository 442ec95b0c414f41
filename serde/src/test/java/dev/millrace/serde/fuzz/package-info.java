/**
 * Targets for a fuzzer, and the replay of what it found in every build. {@code docs/testing.md} says how to run them for long.
 *
 * <p>An input is a small program: which record, which valid encoding of it, and what to change in it. So a fuzzer that
 * changes bytes changes fields, lengths and offsets of frames that are otherwise right, and reaches what lies behind the
 * first checks. One kind of program carries its frame as it is.
 */
@NullMarked
package dev.millrace.serde.fuzz;

import org.jspecify.annotations.NullMarked;
