/** Runs workloads and says what each run cost: time, processor, garbage, memory, and what else went on on the machine. */
@NullMarked
package dev.millrace.bench.run;

import org.jspecify.annotations.NullMarked;
