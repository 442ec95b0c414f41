/**
 * Measurements of the engine, each beside what else could be used. One question a class, asked in its first line; what could be
 * used instead is measured by the same class in the same run. {@code docs/benchmarks.md} says how to run them and how to read
 * what they print.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
