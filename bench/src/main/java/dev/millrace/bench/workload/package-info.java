/** End-to-end workloads: what the engine computes, what its rivals compute, and the sum that all must agree on. */
@NullMarked
package dev.millrace.bench.workload;

import org.jspecify.annotations.NullMarked;
