/** What to set: one setting after the other is tried on a workload. */
@NullMarked
package dev.millrace.bench.tune;

import org.jspecify.annotations.NullMarked;
